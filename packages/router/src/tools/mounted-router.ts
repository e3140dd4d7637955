import { STATE, type RouterState, stateShownAs } from '../table/router-state.ts'

/**
 * The router behind a handler: a router itself, or an app, which carries its router as `router`, or a function
 * that an agent has put in a router's place, with its properties.
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
  const given = value as { readonly [STATE]?: RouterState; readonly stack?: unknown }
  return given[STATE] ?? stateShownAs(given.stack)
}
