import type { MessagePort, Worker } from 'node:worker_threads'

import type { Carrier } from './carrier.ts'
import { type Envelope, MessageDuplex } from './message-duplex.ts'

/**
 * Carries a connection over a port between threads: a `Worker`, its `parentPort`, or either end of a
 * `MessageChannel`. Other messages on it stay the application's, and so does the port: it is not closed.
 * It carries one connection at a time for each name.
 *
 * @param name - tells several connections over one port apart; the same on both sides. @default 'rpc'
 * @example
 * // in the thread: createRpcServer().add(shop, { … }).accept(portCarrier(parentPort))
 * const catalog = connect(shop, portCarrier(new Worker('./catalog.js')))
 */
export function portCarrier(port: MessagePort | Worker, name = 'rpc'): Carrier {
  return {
    name: `port:${name}`,
    open: () =>
      new MessageDuplex(name, {
        post: (message) => post(port, message),
        listen(heard, closed) {
          // A port closes and a worker exits; of both, either may be emitted.
          port.on('message', heard)
          port.on('close', closed)
          port.on('exit', closed)
          return () => {
            port.off('message', heard)
            port.off('close', closed)
            port.off('exit', closed)
          }
        },
      }),
  }
}

/** A view is cloned with all of the memory that it is of: what leaves is a copy of the view, and is not cloned. */
function post(port: MessagePort | Worker, message: Envelope): void {
  if (!(message.data instanceof Uint8Array)) {
    port.postMessage(message)
    return
  }
  const data = new Uint8Array(message.data)
  port.postMessage({ ...message, data }, [data.buffer])
}
