import { Socket } from 'node:net'

/**
 * What a process can give to another. Node documents no way to send a connection without reading from
 * it or closing it, so this file knows where its handle is.
 *
 * @returns nothing when the client has left already.
 */
export function handleOf(socket: Socket): object | undefined {
  return (socket as unknown as Record<'_handle', object | null>)['_handle'] ?? undefined
}

/** A connection from what another process gave, paused: nothing is read from it here. */
export function pausedSocket(handle: object): Socket {
  const options: ConstructorParameters<typeof Socket>[0] & PausedOptions = {
    handle,
    pauseOnCreate: true,
    allowHalfOpen: true,
    readable: true,
    writable: true,
  }
  return new Socket(options)
}

/** What node itself gives to the sockets of a server that pauses them. */
interface PausedOptions {
  readonly handle: object
  readonly pauseOnCreate: boolean
}
