// oxlint-disable oxc/no-this-in-exported-function -- methods of layers, in the file of their idea
import { RejectedPromiseError } from '../errors.ts'
import { isThenable } from './thenable.ts'

type Next = (error?: unknown) => unknown
type AnyHandle = (...args: unknown[]) => unknown
interface HasHandle {
  readonly handle: unknown
}

/*
 * `handleRequest` and `handleError` of layers, which agents replace by functions of their own that do something
 * and call these. Who replaces them knows Express's: they give nothing back, and what goes wrong goes to `next`.
 */

/** Calls a layer's handler, unless it is one of errors. */
export function ownHandleRequest(this: HasHandle, req: object, res: object, next: Next): void {
  const handle = this.handle as AnyHandle
  if (handle.length > 3) next()
  else passFailure(() => handle(req, res, next), next)
}

/** Calls a layer's handler with an error, if it is one of errors. */
export function ownHandleError(
  this: HasHandle,
  error: unknown,
  req: object,
  res: object,
  next: Next,
): void {
  const handle = this.handle as AnyHandle
  if (handle.length !== 4) next(error)
  else passFailure(() => handle(error, req, res, next), next)
}

function passFailure(call: () => unknown, go: Next): void {
  try {
    const result = call()
    if (!isThenable(result)) return
    result.then(undefined, (reason: unknown) => go(reason || new RejectedPromiseError()))
  } catch (thrown) {
    go(thrown)
  }
}

/**
 * Calls a layer's handler for the dispatcher, to which it gives back what there is to wait for. In stacks it has
 * Express's name: there are libraries that tell by it whether they were called while a request is answered.
 */
function handleRequest(this: HasHandle, req: object, res: object, next: Next): unknown {
  const handle = this.handle as AnyHandle
  return handle(req, res, next)
}

export { handleRequest as callHandle }
