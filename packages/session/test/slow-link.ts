import { createConnection, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/**
 * A way to a server on which each byte takes a while, and answers come in pieces.
 *
 * @param to - the server's socket, or its port.
 * @param at - where the way begins; a port of 0 is any that is free.
 */
export async function slowLink(
  to: string | number,
  at: string | number,
  delay: number,
): Promise<{ port: number; close: () => void }> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = createConnection(to as number)
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => into.destroy()).on('close', () => into.destroy())
      from.on('data', (bytes) => {
        const half = Math.ceil(bytes.length / 2)
        setTimeout(() => into.write(bytes.subarray(0, half)), delay)
        setTimeout(() => into.write(bytes.subarray(half)), delay)
      })
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(at, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
