import { tracingChannel } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

import { isApplication, joinedPath, type LiveNode } from '../program/application.ts'
import { parsePlace, type Place } from '../program/place.ts'
import type { Passed } from '../report/report.ts'

/** What the router's channel tells of a handler that is called; Express 5.3 tells the same. */
interface TracedCall {
  readonly req: object
  readonly layer: {
    readonly name?: string
    readonly method?: string
    readonly registeredAt?: { toString(): string }
  }
  readonly handler: unknown
  readonly route: unknown
  error?: unknown
}

interface Call {
  readonly name: string
  readonly path: string
  /** Of a handler of a route; undefined for middlewares. */
  readonly method: string | undefined
  readonly handler: unknown
  readonly registeredAt: string | undefined
  /** As the handler sees them; a router takes them away when it is left. */
  readonly params: unknown
}

const MOST_CALLS = 100
const journeys = new WeakMap<object, Call[]>()

/** From now on remembers which handlers each request passes; `onError` gets each error that begins in one. */
export function followRequests(onError: (req: IncomingMessage, error: unknown) => void): void {
  const channel = tracingChannel<unknown, TracedCall>('express.router.request')
  channel.start.subscribe((message) => {
    const { req, layer, handler, route } = message as TracedCall
    const calls = journeys.get(req) ?? []
    journeys.set(req, calls)
    if (calls.length >= MOST_CALLS) return
    calls.push({
      name: layer.name || '<anonymous>',
      path: typeof route === 'string' || route instanceof RegExp ? String(route) : '',
      method: typeof layer.method === 'string' ? layer.method.toUpperCase() : undefined,
      handler,
      registeredAt: layer.registeredAt?.toString(),
      params: (req as { readonly params?: unknown }).params,
    })
  })
  channel.error.subscribe((message) => {
    const { req, error } = message as TracedCall
    onError(req as IncomingMessage, error)
  })
}

/** The handlers that a request has passed. */
export function passedBy(req: IncomingMessage): Passed[] {
  return (journeys.get(req) ?? []).map((call) => ({
    name: call.name,
    path: call.path,
    place: parsePlace(call.registeredAt ?? registration(req, call)?.registeredAt),
  }))
}

/** The route that had a request last, its path with all that it is mounted at. */
export function routeOf(
  req: IncomingMessage,
):
  | { readonly text: string; readonly place: Place | undefined; readonly params: unknown }
  | undefined {
  const call = journeys.get(req)?.findLast(({ method }) => method !== undefined)
  if (call === undefined) return undefined
  const found = registration(req, call)
  return {
    text: `${call.method} ${found?.path ?? call.path}`,
    place: parsePlace(found?.registeredAt),
    params: call.params,
  }
}

interface Registration {
  readonly path: string
  readonly registeredAt: string | undefined
}

/** A layer knows where it was registered; of a route's handlers the table of routes knows it. */
function registration(req: IncomingMessage, { handler }: Call): Registration | undefined {
  const { app } = req as { readonly app?: unknown }
  return isApplication(app) ? findHandler(rootOf(app).routes(), '', handler) : undefined
}

/** A mounted application knows the one above it. */
function rootOf<App extends object>(app: App): App {
  const { parent } = app as { readonly parent?: App }
  return parent === undefined ? app : rootOf(parent)
}

function findHandler(
  nodes: readonly LiveNode[],
  base: string,
  handler: unknown,
): Registration | undefined {
  for (const node of nodes) {
    const path = joinedPath(base, node.path)
    if (node.steps.some(({ handle }) => handle === handler))
      return { path, registeredAt: node.registeredAt }
    const inside = findHandler(node.routes, path, handler)
    if (inside !== undefined) return inside
  }
  return undefined
}
