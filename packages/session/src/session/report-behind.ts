import type { Socket } from 'node:net'
import type { Exchange } from './exchange.ts'

/** Nothing was lost, so the answer leaves whole; who handles errors hears of it behind. */
export function reportBehind(exchange: Exchange, error: unknown): void {
  const { req, res } = exchange
  if (typeof res.once !== 'function') {
    setImmediate(() => exchange.report(error))
    return
  }
  res.once('close', () => {
    // Express's final handler ends the connection of an answer that was begun. This one is complete,
    // and the connection, if it is kept, serves the next request already.
    if (res.writableFinished && Object.hasOwn(req, 'socket')) req.socket = endless(req.socket)
    exchange.report(error)
  })
}

/** The connection, for reading: addresses, certificates; its end is nobody's business any more. */
function endless(socket: Socket): Socket {
  const view = Object.create(socket) as Socket
  return Object.assign(view, { destroy: () => view, end: () => view })
}
