import { createServer, connect as connectSocket } from 'node:net'

import protobuf from 'protobufjs'

import { answer, source } from './schema.mjs'

/** The least that can be: a length, a number and a message each way, all of a tick in one write. */
export function bare() {
  const Book = protobuf.parse(source).root.lookupType('bench.Book')
  return {
    serve: () =>
      new Promise((resolve) => {
        const server = createServer({ noDelay: true }, (socket) => {
          const send = sender(socket)
          receive(socket, (id, bytes) => send(id, Book.encode(answer(Book.decode(bytes))).finish()))
        })
        server.listen(0, '127.0.0.1', () => resolve(server.address().port))
      }),
    client: (port) =>
      new Promise((resolve) => {
        const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true })
        const waiting = new Map()
        const send = sender(socket)
        let last = 0
        receive(socket, (id, bytes) => {
          waiting.get(id)(Book.decode(bytes))
          waiting.delete(id)
        })
        const call = (book) =>
          new Promise((done) => {
            waiting.set(++last, done)
            send(last, Book.encode(book).finish())
          })
        socket.on('connect', () => resolve(call))
      }),
  }
}

function sender(socket) {
  let parts = []
  return (id, bytes) => {
    if (parts.length === 0) {
      setImmediate(() => {
        socket.write(Buffer.concat(parts))
        parts = []
      })
    }
    const head = Buffer.allocUnsafe(8)
    head.writeUInt32BE(bytes.length)
    head.writeUInt32BE(id, 4)
    parts.push(head, bytes)
  }
}

function receive(socket, take) {
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let at = 0
    while (bytes.length - at >= 8) {
      const end = at + 8 + bytes.readUInt32BE(at)
      if (end > bytes.length) break
      take(bytes.readUInt32BE(at + 4), bytes.subarray(at + 8, end))
      at = end
    }
    rest = bytes.subarray(at)
  })
}
