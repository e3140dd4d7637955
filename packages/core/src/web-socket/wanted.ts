import type { Server } from 'node:http'

/** Servers whose upgrades are to be taken over once a route for sockets exists. */
const waiting = new Set<() => void>()
let areWanted = false

/** Says that there is a route for sockets in this process. */
export function wantSockets(): void {
  areWanted = true
  for (const take of waiting) take()
  waiting.clear()
}

/**
 * Calls `take` when a route for sockets exists: at once, later, or never. A server without a listener for
 * upgrades is left as node has it, and pays for nothing.
 */
export function whenSocketsAreWanted(server: Server, take: () => void): void {
  if (areWanted) {
    take()
    return
  }
  waiting.add(take)
  server.once('close', () => waiting.delete(take))
}
