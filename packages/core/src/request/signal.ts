// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import type { EventEmitter } from 'node:events'
import type { DispatchedRequest } from '../types/dispatched.ts'

/**
 * An AbortSignal that aborts when the client goes away before the reply is out. It never aborts once
 * the whole reply has been handed to the operating system; that of a WebSocket's handshake aborts when the
 * socket closes. Made when first read.
 */
export function signal(this: DispatchedRequest & Signalling): AbortSignal {
  const known = this[CONTROLLER]
  if (known !== undefined) return known.signal
  const controller = new AbortController()
  this[CONTROLLER] = controller
  const { res } = this
  const upgraded = this[UPGRADED]
  const abortIfUnanswered = (): void => {
    if (!res.writableFinished) controller.abort()
  }
  if (upgraded !== undefined) abortAtClose(controller, upgraded)
  else if (res.closed || res.destroyed) abortIfUnanswered()
  else res.once('close', abortIfUnanswered)
  return controller.signal
}

/** Has the signal of a request follow the connection that its answer has switched to another protocol. */
export function followUpgraded(req: object, connection: Connection): void {
  const signalling = req as Signalling
  signalling[UPGRADED] = connection
  if (signalling[CONTROLLER]) abortAtClose(signalling[CONTROLLER], connection)
}

function abortAtClose(controller: AbortController, connection: Connection): void {
  if (connection.closed) controller.abort()
  else connection.once('close', () => controller.abort())
}

interface Connection extends EventEmitter {
  readonly closed: boolean
}

interface Signalling {
  [CONTROLLER]?: AbortController
  [UPGRADED]?: Connection
}

const CONTROLLER = Symbol('abort controller')
const UPGRADED = Symbol('the connection after its upgrade')
