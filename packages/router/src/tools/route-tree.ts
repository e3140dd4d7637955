import type { Layer } from '../table/layer.ts'
import { routerBehind } from './mounted-router.ts'
import type { RouterState } from '../table/router-state.ts'
import { type PathForm, pathForms } from './path-forms.ts'
import type { Handler } from '../types.ts'

/** One layer of a router, as plain data. */
export interface RouteNode {
  /** What the layer is. */
  readonly kind: 'route' | 'router' | 'middleware'
  /** As registered; of several paths all of them, with "|" between. A RegExp in its own notation. */
  readonly path: string
  /** Of a route: what it answers, "*" for `all`, HEAD with GET. Else empty. */
  readonly methods: readonly string[]
  /** The name of the route, for `url()`. */
  readonly name: string | undefined
  /** The names of the handlers, `<anonymous>` for those without. */
  readonly handlers: readonly string[]
  /** `file:line:column` of the call; undefined in production. */
  readonly registeredAt: string | undefined
  /** Every way to write the path, in pieces; none of a RegExp. */
  readonly forms: readonly PathForm[]
  /** The handlers themselves, in order. */
  readonly steps: readonly RouteStep[]
  /** The layers of a mounted router. */
  readonly routes: readonly RouteNode[]
}

/** One handler of a layer. */
export interface RouteStep {
  /** In upper case; undefined for every method. */
  readonly method: string | undefined
  /** The handler. */
  readonly handle: Handler
}

/** The whole tree below a router. A router that is mounted inside of itself is shown once. */
export function routeTree(
  router: RouterState,
  around: readonly RouterState[] = [],
): readonly RouteNode[] {
  const path = [...around, router]
  return router.layers.map((layer) => {
    const inner = layer.route === undefined ? routerBehind(layer.handle) : undefined
    const isInside = inner !== undefined && !path.includes(inner)
    return {
      ...describeLayer(layer),
      forms: pathForms(layer),
      steps: stepsOf(layer),
      routes: isInside ? routeTree(inner, path) : [],
    }
  })
}

function stepsOf(layer: Layer): readonly RouteStep[] {
  const layers = layer.route === undefined ? [layer] : layer.route.stack
  return layers.map(({ method, handle }) => ({ method: method?.toUpperCase(), handle }))
}

export type LayerDescription = Omit<RouteNode, 'routes' | 'forms' | 'steps'>

export function describeLayer(layer: Layer): LayerDescription {
  const { route } = layer
  const isRouter = route === undefined && routerBehind(layer.handle) !== undefined
  return {
    kind: route !== undefined ? 'route' : isRouter ? 'router' : 'middleware',
    path: pathText(layer.rawPath),
    methods: route?.methodNames(true) ?? [],
    name: layer.routeName,
    handlers: route === undefined ? [layer.name] : route.stack.map(({ name }) => name),
    registeredAt: layer.registeredAt?.toString(),
  }
}

function pathText(path: unknown): string {
  return Array.isArray(path) ? path.map(String).join(' | ') : String(path)
}
