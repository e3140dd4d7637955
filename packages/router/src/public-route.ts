import type { DefaultParams } from './path/types.ts'
import { Route as RouteClass } from './route.ts'
import type { RouteConstructor, RouteInstance } from './router-types.ts'

/** One path with its handlers, as `router.route(path)` gives it. */
export const Route = RouteClass as unknown as RouteConstructor
export type Route<P = DefaultParams> = RouteInstance<P>
