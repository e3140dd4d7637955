import type { ChildProcess } from 'node:child_process'
import type { EventEmitter } from 'node:events'

import { RpcError } from '../status/rpc-error.ts'
import type { Carrier } from './carrier.ts'
import { MessageDuplex } from './message-duplex.ts'

/** One end of a channel between processes: what `fork` gives, or `process` in the child. */
export type IpcEnd = ChildProcess | NodeJS.Process

/**
 * Carries a connection over the channel between a process and the child it has forked, whichever way that
 * serializes messages. Other messages on it stay the application's. It carries one connection at a time for
 * each name.
 *
 * @param end - what `fork` gave, or `process` in the child
 * @param name - tells several connections over one channel apart; the same on both sides. @default 'rpc'
 * @example
 * // in the child: createRpcServer().add(shop, { … }).accept(ipcCarrier(process))
 * const catalog = connect(shop, ipcCarrier(fork('./catalog.js')))
 */
export function ipcCarrier(end: IpcEnd, name = 'rpc'): Carrier {
  return {
    name: `ipc:${name}`,
    open: () =>
      new MessageDuplex(name, {
        post({ data, ...message }) {
          if (!end.send || !end.connected) {
            throw new RpcError('UNAVAILABLE', 'There is no channel to the other process')
          }
          // As text: which of its two ways the channel was told to serialize by cannot be seen.
          const text =
            data === undefined ? {} : { data: Buffer.from(data as Uint8Array).toString('base64') }
          // Told of by `disconnect`; without a callback it would be an error of the process.
          end.send({ ...message, ...text }, undefined, undefined, ignored)
        },
        listen(heard, closed) {
          const emitter: EventEmitter = end
          emitter.on('message', heard)
          emitter.on('disconnect', closed)
          return () => {
            emitter.off('message', heard)
            emitter.off('disconnect', closed)
          }
        },
      }),
  }
}

function ignored(): void {
  // See above.
}
