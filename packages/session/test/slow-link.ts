import { createConnection, createServer } from 'node:net'
import type { Socket } from 'node:net'

/** A way to a server's socket on which each byte takes a while, and answers come in pieces. */
export async function slowLink(
  to: string,
  at: string,
  delay: number,
): Promise<{ close: () => void }> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = createConnection(to)
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
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
