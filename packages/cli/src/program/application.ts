/** What the tools of an application tell of one layer, as plain data. */
export interface RouteNode {
  readonly kind: 'route' | 'router' | 'middleware'
  readonly path: string
  readonly methods: readonly string[]
  readonly name: string | undefined
  readonly handlers: readonly string[]
  readonly registeredAt: string | undefined
  readonly routes: readonly RouteNode[]
}

/** The same in the process of the application, with the handlers themselves. */
export interface LiveNode extends Omit<RouteNode, 'routes'> {
  readonly steps: readonly { readonly handle: unknown }[]
  readonly routes: readonly LiveNode[]
}

/** One layer, and what it would do with a request. */
export interface ExplainedLayer extends Omit<RouteNode, 'routes'> {
  readonly verdict: string
  readonly at: number | undefined
  readonly reason: string | undefined
  readonly layers: readonly ExplainedLayer[]
}

/** What an application would do with a request. */
export interface Explanation {
  readonly method: string
  readonly url: string
  readonly answer: { readonly path: string; readonly name: string | undefined } | undefined
  readonly layers: readonly ExplainedLayer[]
  toString(): string
}

/**
 * An application, by its shape: it is the copy of the framework that the program loads, whichever
 * that is.
 */
export interface Application {
  routes(): readonly LiveNode[]
  explain(method: string, url: string): Explanation
}

/** Whether a value is an application, or a router, which answers the same questions. */
export function isApplication(value: unknown): value is Application {
  if (typeof value !== 'function') return false
  const { routes, explain } = value as unknown as Record<string, unknown>
  return typeof routes === 'function' && typeof explain === 'function'
}

/** A layer without what cannot be sent to another process. */
export function plainNode(node: RouteNode): RouteNode {
  const { kind, path, methods, name, handlers, registeredAt, routes } = node
  return { kind, path, methods, name, handlers, registeredAt, routes: routes.map(plainNode) }
}

/** The path of a layer with what it is mounted at. */
export function joinedPath(base: string, path: string): string {
  const prefix = base === '/' ? '' : base
  return path === '/' && prefix !== '' ? prefix : prefix + path
}
