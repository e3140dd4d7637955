import { homeOf } from './home.ts'
import type { Application } from './types/application.ts'
import type { Request, Response } from './types/request-response.ts'

/**
 * The app that is handling a request, kept on the request and on its response.
 *
 * Entering a mounted app sets it and leaving restores it, instead of exchanging the prototypes,
 * which would take node:http to three times its cost for the rest of the request.
 */
export const currentApp = Symbol('the app handling this request')

export interface Handled {
  [currentApp]?: Application | undefined
}

/**
 * What an app that was called with a `next` calls in its place: whoever comes after it sees the request
 * as it was before, with the app, the settings and the trust that hold there.
 */
export function leaving(
  req: Request & Handled,
  res: Response & Handled,
  next: (error?: unknown) => unknown,
): (error?: unknown) => unknown {
  const outer = req[currentApp]
  const home = homeOf(req, res)
  const requestPrototype = home ? home.request : (Object.getPrototypeOf(req) as object)
  const responsePrototype = home ? home.response : (Object.getPrototypeOf(res) as object)
  return (error) => {
    req[currentApp] = res[currentApp] = outer
    if (home === undefined || homeOf(req, res) !== home) {
      restorePrototype(req, requestPrototype)
      restorePrototype(res, responsePrototype)
    }
    return next(error)
  }
}

function restorePrototype(message: object, prototype: object): void {
  if (Object.getPrototypeOf(message) !== prototype) Object.setPrototypeOf(message, prototype)
}
