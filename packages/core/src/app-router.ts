import PlainRouter from '@tokkyu/router'

import { withCanonicalSpelling } from './canonical-pattern.ts'
import { ownOptions } from './own-options.ts'
import type { IRouter } from './types/router.ts'
import type { Untyped } from './types/untyped.ts'

/**
 * An app's own router: one of `@tokkyu/router`, whose paths are also compared in the spelling that
 * requests of an app have.
 */
export function createAppRouter(options: object): IRouter {
  return Reflect.construct(PlainRouter, [ownOptions(options)], AppRouter) as IRouter
}

function AppRouter(): void {}

const plain = PlainRouter.prototype as Untyped

AppRouter.prototype = Object.assign(Object.create(plain), {
  use(this: unknown, ...args: unknown[]): unknown {
    return plain.use.apply(this, [withCanonicalSpelling(args[0]), ...args.slice(1)])
  },

  route(this: unknown, given: Untyped): unknown {
    const isNamed = typeof given === 'object' && given !== null && 'path' in given
    const path = isNamed ? given.path : given
    const spelled = withCanonicalSpelling(path)
    const route = plain.route.call(this, isNamed ? { ...given, path: spelled } : spelled)
    route.path = path // as it was given: `req.route.path` is read by many
    return route
  },
})
