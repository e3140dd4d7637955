// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import type { DispatchedRequest } from '../types/dispatched.ts'

/**
 * An AbortSignal that aborts when the client goes away before the reply is out. It never aborts once
 * the whole reply has been handed to the operating system. Made when first read.
 */
export function signal(this: DispatchedRequest & { [SIGNAL]?: AbortSignal }): AbortSignal {
  const known = this[SIGNAL]
  if (known !== undefined) return known
  const controller = new AbortController()
  const { res } = this
  const abortIfUnanswered = (): void => {
    if (!res.writableFinished) controller.abort()
  }
  if (res.closed || res.destroyed) abortIfUnanswered()
  else res.once('close', abortIfUnanswered)
  return (this[SIGNAL] = controller.signal)
}

const SIGNAL = Symbol('abort signal')
