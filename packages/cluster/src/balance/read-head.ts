import type { Socket } from 'node:net'

const mostBytes = 16 * 1024
const mostMilliseconds = 5_000

/**
 * Reads a connection until the head of its first request is whole, 16 KiB are there, it ends, or five
 * seconds have passed; hands over what was read, which belongs to whoever gets the connection.
 */
export function readHead(socket: Socket, then: (head: Buffer) => void): void {
  let head = Buffer.alloc(0)
  const timer = setTimeout(done, mostMilliseconds)
  socket.on('data', more)
  socket.once('end', done)
  socket.once('close', gone)
  socket.resume()

  function more(chunk: Buffer): void {
    head = Buffer.concat([head, chunk])
    if (head.includes('\r\n\r\n') || head.length >= mostBytes) done()
  }
  function done(): void {
    gone()
    socket.pause()
    then(head)
  }
  function gone(): void {
    clearTimeout(timer)
    socket.off('data', more)
    socket.off('end', done)
    socket.off('close', gone)
  }
}
