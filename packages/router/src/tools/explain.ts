import { ParamDecodeError } from '../errors.ts'
import type { Layer } from '../table/layer.ts'
import { verbOf } from '../table/layer.ts'
import { MountedUrl } from '../dispatch/mounted-url.ts'
import { routerBehind } from './mounted-router.ts'
import { TextPathMatcher } from '../path/matcher.ts'
import { pathnameOf } from '../dispatch/layer-cursor.ts'
import { type LayerDescription, describeLayer } from './route-tree.ts'
import type { RouterState } from '../table/router-state.ts'
import type { RoutingRequest } from '../dispatch/routed-request.ts'

/**
 * What a layer has to say to a request:
 *
 * - `answers`: the first route with this path and method;
 * - `runs`: a middleware in front of it, taken to call `next()`;
 * - `enters`: a mounted router, whose layers follow in `layers`;
 * - `wrong method`, `path differs`, `URL goes on`, `URL ends early`, `constraint failed`;
 * - `cannot be decoded`: the request becomes an error of status 400;
 * - `skipped`: routes and middlewares while there is an error, error handlers while there is none;
 * - `handles the error`: an error handler, while there is one;
 * - `not reached`: it matches, but somebody has answered.
 */
export type Verdict =
  | 'answers'
  | 'runs'
  | 'enters'
  | 'wrong method'
  | 'path differs'
  | 'URL goes on'
  | 'URL ends early'
  | 'constraint failed'
  | 'cannot be decoded'
  | 'skipped'
  | 'handles the error'
  | 'not reached'

/** A layer, and what it would do with the request. */
export interface ExplainedLayer extends LayerDescription {
  /** What it would do. */
  readonly verdict: Verdict
  /** Where in the URL the verdict was found, in units from the start of the router's URL. */
  readonly at: number | undefined
  /** The reason in words, where the verdict leaves something open. */
  readonly reason: string | undefined
  /** The parameters it would see. */
  readonly params: Readonly<Record<string, unknown>> | undefined
  /** The same of the layers of a mounted router. */
  readonly layers: readonly ExplainedLayer[]
}

/** What a router would do with a request. */
export interface Explanation {
  /** The method that was asked about. */
  readonly method: string
  /** The URL that was asked about. */
  readonly url: string
  /** The route that answers, if one does; `path` with all that it is mounted at. */
  readonly answer: { readonly path: string; readonly name: string | undefined } | undefined
  /** Its layers, in order. */
  readonly layers: readonly ExplainedLayer[]
  /** The same for a terminal. */
  toString(): string
}

/**
 * Says of each layer of a router what it would do with a request, without running any.
 *
 * Middlewares are taken to call `next()`, and param callbacks to agree.
 */
export function explain(router: RouterState, method: string, url: string): Explanation {
  const walk: Walk = {
    method,
    verb: verbOf(method),
    answer: undefined,
    hasError: false,
  }
  const layers = explainLayers(router, url, '', walk, [])
  const explanation = { method, url, answer: walk.answer, layers }
  Object.defineProperty(explanation, 'toString', { value: () => explanationText(explanation) })
  return explanation
}

interface Walk {
  readonly method: string
  readonly verb: string
  answer: Explanation['answer']
  hasError: boolean
}

function explainLayers(
  router: RouterState,
  url: string,
  base: string,
  walk: Walk,
  around: readonly RouterState[],
): ExplainedLayer[] {
  return router.layers.map((layer) => {
    const found = judge(layer, url, base, walk, [...around, router])
    return {
      ...describeLayer(layer),
      at: undefined,
      reason: undefined,
      params: undefined,
      layers: [],
      ...found,
    }
  })
}

type Found = { verdict: Verdict } & Partial<
  Pick<ExplainedLayer, 'at' | 'reason' | 'params' | 'layers'>
>

function judge(
  layer: Layer,
  url: string,
  base: string,
  walk: Walk,
  around: readonly RouterState[],
): Found {
  const path = pathnameOf(url)
  if (path === undefined) return { verdict: 'path differs', reason: 'the URL has no path' }
  let match
  try {
    match = layer.match(path)
  } catch (error) {
    if (!(error instanceof ParamDecodeError)) throw error
    if (walk.answer === undefined) walk.hasError = true
    return { verdict: 'cannot be decoded', reason: error.message }
  }
  if (match === false) return explainMiss(layer, path)
  const params = Object.assign({}, match.params)
  const { route } = layer
  if (route !== undefined && !route.handlesVerb(walk.verb)) {
    const has = route.methodNames(true).join(', ')
    return { verdict: 'wrong method', params, reason: `it has ${has || 'no handlers'}` }
  }
  if (walk.answer !== undefined) return { verdict: 'not reached', params }

  const inner = route === undefined ? routerBehind(layer.handle) : undefined
  if (walk.hasError) {
    const takes = route === undefined && inner === undefined && layer.takes(true)
    return takes
      ? { verdict: 'handles the error', params }
      : { verdict: 'skipped', params, reason: 'there is an error' }
  }
  if (route !== undefined) {
    walk.answer = { path: base + String(match.pattern), name: layer.routeName }
    return { verdict: 'answers', params }
  }
  if (inner === undefined) {
    if (layer.takes(undefined)) return { verdict: 'runs', params }
    return { verdict: 'skipped', params, reason: 'it handles errors, and there is none' }
  }
  if (around.includes(inner))
    return { verdict: 'enters', params, reason: 'it is mounted in itself' }
  const mounted: RoutingRequest = { url }
  const isPrefix = new MountedUrl(mounted, '').enter(match.path, path)
  if (!isPrefix)
    return { verdict: 'path differs', reason: 'the RegExp matches inside of a segment' }
  const prefix = layer.slash ? '' : String(match.pattern).replace(/\/$/, '')
  const layers = explainLayers(inner, mounted.url ?? '', base + prefix, walk, around)
  return { verdict: 'enters', params, layers }
}

/** Of several paths the one that came furthest. */
function explainMiss(layer: Layer, path: string): Found {
  let furthest: Found & { at: number } = { verdict: 'path differs', at: -1 }
  for (const matcher of layer.matchers) {
    if (!(matcher instanceof TextPathMatcher)) continue
    const { at, token, isOver } = matcher.explainMiss(path)
    if (at <= furthest.at) continue
    if (token?.type === 'param' && token.constraint !== undefined) {
      const { kind, text } = token.constraint
      const wanted = kind === 'named' ? `<${text}>` : `(${text})`
      furthest = { verdict: 'constraint failed', at, reason: `"${token.name}" is not ${wanted}` }
    } else if (isOver) furthest = { verdict: 'URL goes on', at }
    else if (at === path.length) furthest = { verdict: 'URL ends early', at }
    else furthest = { verdict: 'path differs', at }
  }
  if (furthest.at >= 0) return furthest
  return { verdict: 'path differs', reason: 'the RegExp does not match' }
}

/** Writes an explanation for a terminal: one line for each layer, and who answers. */
function explanationText({ method, url, answer, layers }: Explanation): string {
  const rows = rowsOf(layers, '')
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)))
  const lines = rows.map(([what, verdict, why]) =>
    `  ${what!.padEnd(widths[0]!)}  ${verdict!.padEnd(widths[1]!)}  ${why}`.trimEnd(),
  )
  const name = answer?.name === undefined ? '' : ` (${answer.name})`
  const end = answer === undefined ? 'no route answers' : `${answer.path}${name} answers`
  return [`${method} ${url}`, ...lines, `→ ${end}`].join('\n')
}

function rowsOf(layers: readonly ExplainedLayer[], indent: string): string[][] {
  return layers.flatMap((layer) => [
    [indent + headOf(layer), layer.verdict, reasonOf(layer)],
    ...rowsOf(layer.layers, `${indent}  `),
  ])
}

function headOf({ kind, path, methods, handlers }: ExplainedLayer): string {
  if (kind === 'route') return `${methods.join(',') || '(no methods)'} ${path}`
  return `use ${path} ${kind === 'router' ? '(router)' : handlers.join(', ')}`
}

function reasonOf({ at, reason, params, registeredAt }: ExplainedLayer): string {
  const place = at === undefined ? undefined : `at character ${at}`
  const found =
    params === undefined || Object.keys(params).length === 0 ? undefined : JSON.stringify(params)
  return [place, reason, found, registeredAt && `· ${shorten(registeredAt)}`]
    .filter((part) => part !== undefined)
    .join(' ')
}

/** The file's last two folders are enough to find it. */
function shorten(place: string): string {
  return place.split(/[\\/]/).slice(-2).join('/')
}
