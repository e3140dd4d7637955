import { UnknownRouteError, UrlParamError } from '../errors.ts'
import type { Layer } from '../table/layer.ts'
import { routerBehind } from './mounted-router.ts'
import { TextPathMatcher } from '../path/matcher.ts'
import type { CaptureToken, PathToken } from '../path/tokens.ts'
import type { RouterState } from '../table/router-state.ts'

/** What can be written into a path; a list for a splat. */
export type UrlParam = string | number | readonly (string | number)[]
/** Parameters by name. */
export type UrlParams = Readonly<Record<string, UrlParam | undefined>>
type QueryValue = string | number | boolean | null | undefined

/** What `url()` can be told besides parameters. */
export interface UrlOptions {
  /**
   * What stands behind "?". Lists repeat their name; null and undefined are left out.
   *
   * @default none
   */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>> | undefined
}

/**
 * Writes the URL of a named route, under all that it is mounted at.
 *
 * @throws {UnknownRouteError} `ROUTER_UNKNOWN_NAME`
 * @throws {UrlParamError} `ROUTER_URL_PARAM` when a parameter is missing, or when the URL would
 * not bring back what it was made from.
 */
export function routeUrl(
  router: RouterState,
  name: string,
  params: UrlParams,
  { query }: UrlOptions,
): string {
  const layers = findNamed(router, name)
  if (layers === undefined) throw new UnknownRouteError(name)
  let url = ''
  for (const layer of layers) url += pathOf(layer, name, params).replace(/^\/$/, '')
  return (url || '/') + queryText(query)
}

/** @returns the layers from the outermost mount down to the route. */
function findNamed(router: RouterState, name: string): Layer[] | undefined {
  for (const layer of router.layers) {
    if (layer.route !== undefined && layer.routeName === name) return [layer]
  }
  for (const layer of router.layers) {
    const inner = layer.route === undefined ? routerBehind(layer.handle) : undefined
    const found = inner && findNamed(inner, name)
    if (found !== undefined) return [layer, ...found]
  }
  return undefined
}

function pathOf(layer: Layer, name: string, params: UrlParams): string {
  if (layer.slash) return '/'
  // Of several paths the first whose parameters are all there.
  let missing: string | undefined
  for (const matcher of layer.matchers) {
    if (!(matcher instanceof TextPathMatcher)) continue
    const written: Written = { path: '', missing: undefined, used: [] }
    write(matcher.tokens, name, params, written)
    missing ??= written.missing
    if (written.missing !== undefined) continue
    requireSameBack(matcher, written, name, params)
    return written.path
  }
  if (missing === undefined) throw new UrlParamError(name, '', undefined, 'a RegExp has no URL')
  throw new UrlParamError(name, missing, undefined, 'it is missing')
}

interface Written {
  path: string
  missing: string | undefined
  /** The parameters in it. */
  readonly used: string[]
}

function write(tokens: readonly PathToken[], name: string, params: UrlParams, to: Written): void {
  for (const token of tokens) {
    if (token.type === 'text') to.path += token.value
    else if (token.type === 'group') {
      const group: Written = { path: '', missing: undefined, used: [] }
      write(token.tokens, name, params, group)
      // A group is there with all of its parameters, or not at all.
      if (group.missing === undefined && group.used.length > 0) {
        to.path += group.path
        to.used.push(...group.used)
      }
    } else {
      const value = params[token.name]
      if (value === undefined) to.missing ??= token.name
      else {
        to.path += encode(token, value, name)
        to.used.push(token.name)
      }
    }
  }
}

function encode(token: CaptureToken, value: UrlParam, name: string): string {
  const takesList = token.type === 'splat' && token.asText !== true
  if (Array.isArray(value) !== takesList) {
    const wanted = takesList ? 'it must be a list of segments' : 'it must be one value'
    throw new UrlParamError(name, token.name, value, wanted)
  }
  const segments = token.type === 'splat' ? textOf(value).split('/') : [String(value)]
  return (Array.isArray(value) ? value.map(String) : segments).map(encodeURIComponent).join('/')
}

/**
 * What the URL was made from must be what a handler gets: "a" and "b-c" in `/:x-:y` would come
 * back as "a-b" and "c", and a segment ".." would be resolved before any router sees it (RFC 3986
 * §5.2.4, also when it is written as %2E%2E).
 */
function requireSameBack(
  matcher: TextPathMatcher,
  { path, used }: Written,
  name: string,
  params: UrlParams,
): void {
  const back = matcher.match(path)?.params
  const lost = used.find((param) => !back || textOf(back[param]) !== textOf(params[param]))
  if (lost !== undefined) {
    throw new UrlParamError(name, lost, params[lost], 'it does not fit the path')
  }
  const dotted = used.find((param) => /(?:^|\/)\.\.?(?:\/|$)/.test(textOf(params[param])))
  if (dotted !== undefined && path.split('/').some((part) => part === '.' || part === '..')) {
    throw new UrlParamError(name, dotted, params[dotted], 'it is a dot segment')
  }
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join('/') : String(value)
}

function queryText(query: UrlOptions['query']): string {
  if (query === undefined) return ''
  const search = new URLSearchParams()
  for (const [key, given] of Object.entries(query)) {
    for (const value of Array.isArray(given) ? given : [given]) {
      if (value !== null && value !== undefined) search.append(key, String(value))
    }
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
