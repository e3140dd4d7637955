import { STATE, type RouterState } from '../table/router-state.ts'

/**
 * The router behind a handler: a router itself, or an app, which carries its router as `router`.
 *
 * @returns undefined for functions, and for routers of other makes.
 */
export function routerBehind(handle: unknown): RouterState | undefined {
  if (typeof handle !== 'function') return undefined
  const own = stateOf(handle)
  if (own !== undefined) return own
  const { router } = handle as { readonly router?: unknown }
  return typeof router === 'function' ? stateOf(router) : undefined
}

function stateOf(value: object): RouterState | undefined {
  return (value as { readonly [STATE]?: RouterState })[STATE]
}
