import PlainRouter from '@tokkyu/router'

import { ownOptions } from './own-options.ts'
import { withCanonicalSpelling } from './guard/canonical-pattern.ts'
import { webSocketHandlers } from './web-socket/route.ts'
import type { IRouter, RouterConstructor } from './types/routing.ts'

/**
 * The router of `@tokkyu/router`, whose paths are also compared in the spelling that requests of an
 * app have.
 */
function CoreRouter(this: unknown, options?: object): object {
  return Reflect.construct(PlainRouter, [ownOptions(options)], new.target ?? CoreRouter) as object
}

/** The functions below ours, which take whatever they are given and refuse what is no path or handler. */
const plain = PlainRouter.prototype as {
  use(...given: unknown[]): unknown
  route(path: unknown): { path: unknown }
  ws(path: unknown, ...handlers: unknown[]): unknown
}

Object.setPrototypeOf(CoreRouter, PlainRouter)
Object.defineProperty(CoreRouter, 'name', { value: 'Router' })
CoreRouter.Router = CoreRouter
CoreRouter.prototype = Object.assign(Object.create(plain), {
  use(this: object, ...args: unknown[]): unknown {
    return plain.use.apply(this as typeof plain, [withCanonicalSpelling(args[0]), ...args.slice(1)])
  },

  ws(this: object, path: unknown, ...given: unknown[]): unknown {
    return plain.ws.call(this as typeof plain, path, ...webSocketHandlers(given))
  },

  route(this: object, given: unknown): unknown {
    const isNamed = typeof given === 'object' && given !== null && 'path' in given
    const path = isNamed ? given.path : given
    const spelled = withCanonicalSpelling(path)
    const route = plain.route.call(
      this as typeof plain,
      isNamed ? { ...given, path: spelled } : spelled,
    )
    route.path = path // as it was given: `req.route.path` is read by many
    return route
  },
})

Object.defineProperty(CoreRouter.prototype, 'constructor', {
  value: CoreRouter,
  writable: true,
  configurable: true,
})

/** Makes a router, with or without `new`. @example const users = Router({ mergeParams: true }) */
export const Router = CoreRouter as unknown as RouterConstructor
export type Router = IRouter
