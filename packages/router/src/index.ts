import { type RouterOptions, createRouter, routerPrototype } from './router.ts'
import { Route } from './route.ts'
import { MethodNotAllowedError, ParamDecodeError, PathSyntaxError } from './errors.ts'
import type {
  RouterConstructor as Constructor,
  RouterInstance as Instance,
} from './router-types.ts'

const Router = function Router(options?: RouterOptions) {
  return createRouter(
    options,
    new.target === undefined ? routerPrototype : (new.target as { prototype: object }).prototype,
  )
} as unknown as Constructor
Object.defineProperty(Router, 'prototype', { value: routerPrototype })
Object.defineProperty(routerPrototype, 'constructor', {
  value: Router,
  writable: true,
  configurable: true,
})
Object.assign(Router, { Router, Route, MethodNotAllowedError, ParamDecodeError, PathSyntaxError })

type Options = RouterOptions
declare namespace Router {
  type RouterOptions = Options
  type Router = Instance
}

export { Router, Route, MethodNotAllowedError, ParamDecodeError, PathSyntaxError }
export type { RouterOptions }
export default Router
