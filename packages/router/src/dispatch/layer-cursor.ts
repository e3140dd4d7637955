import type { Layer } from '../table/layer.ts'
import { verbOf } from '../table/layer.ts'
import { Params } from '../path/params.ts'
import type { RouterState } from '../table/router-state.ts'
import type { RoutingRequest } from './routed-request.ts'

/**
 * A place in a router's list of layers, that moves on over those that can match the request.
 *
 * The request and the list may change in between: a layer rewrites the URL or the method, or adds
 * layers. What comes next is then looked up again, from the same place in the list.
 */
export class LayerCursor {
  declare private readonly router: RouterState
  declare private readonly req: RoutingRequest
  /** The number of the first layer that had not been looked at when the path was looked up. */
  declare private index: number
  declare private candidates: readonly number[]
  declare private place: number
  /** Of the list when the path was looked up; -1 before. */
  declare revision: number
  /** The URL that was looked up. */
  declare target: string | undefined
  declare method: string | undefined
  /** The request's method in small letters. */
  declare verb: string
  declare path: string
  /** Something in the path is percent-encoded. */
  declare hasEscapes: boolean
  /** The part of the path that the mounted layer has matched which was read last. */
  declare matched: string

  // What `lookUp` finds is not here before: it is called before anything is read.
  constructor(router: RouterState, req: RoutingRequest) {
    this.router = router
    this.req = req
    this.index = 0
    this.candidates = NONE
    this.place = 0
    this.revision = -1
  }

  /**
   * Looks the path up. To be called before `next` unless the revision, URL and method are those that were
   * looked up.
   *
   * @param shown - the URL as it was before anyone could rewrite it, for the first time.
   * @param canonicalTarget - what a rewritten URL goes through.
   */
  lookUp(shown: string | undefined, canonicalTarget: ((url: string) => string) | undefined): void {
    const { req, router } = this
    const { index, revision } = router
    this.method = req.method
    this.verb = verbOf(req.method)
    if (req.url === this.target && revision === this.revision) return

    if (index.revision !== revision) index.update(router.layers, revision)
    const before = this.revision === -1 ? shown : this.target
    if (canonicalTarget !== undefined && req.url !== undefined && req.url !== before) {
      req.url = canonicalTarget(req.url)
    }
    const { url } = req
    const isPlain = isPlainPath(url)
    const path = isPlain ? url : pathnameOf(url)
    this.target = url
    this.revision = revision
    this.path = path ?? ''
    this.hasEscapes = !isPlain && this.path.includes('%')
    if (this.place > 0) this.index = Math.max(this.index, this.candidates[this.place - 1]! + 1)
    this.candidates = path === undefined ? NONE : index.find(path)
    this.place = this.index === 0 ? 0 : firstFrom(this.candidates, this.index)
  }

  /** @returns the next layer that can match, and moves behind it; undefined at the end. */
  next(): Layer | undefined {
    const { layers } = this.router
    const number = this.candidates[this.place]
    if (number !== undefined) {
      this.place++
      return layers[number]
    }
    this.index = layers.length
    return undefined
  }

  /**
   * Reads the parameters of a layer that is not mounted at "/", and for a mounted one the part of the path
   * that it matched.
   *
   * @returns undefined when the layer does not match.
   * @throws {ParamDecodeError} status 400
   */
  match(layer: Layer): Params | undefined {
    const { path } = this
    const { direct } = layer
    const { index } = this.router
    if (direct !== undefined && layer.sensitive !== index.folds) {
      if (layer.route === undefined) this.matched = direct.matchedPart(path)
      if (direct.isText) return new Params()
      return direct.read(path, this.hasEscapes, index.segmentEnds(path))
    }
    const match = layer.match(path)
    if (match === false) return undefined
    this.matched = match.path
    return match.params
  }
}

const NONE: readonly number[] = []

/** @returns the place of the first number that is not smaller than `least`. */
function firstFrom(numbers: readonly number[], least: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! < least) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The path in a request target: without the query, and without scheme and host where a client
 * sent the absolute form (RFC 9112 §3.2.2).
 *
 * @returns undefined when there is none.
 */
export function pathnameOf(url: unknown): string | undefined {
  if (isPlainPath(url)) return url
  if (typeof url !== 'string' || url === '') return undefined
  const path = url.startsWith('/') ? url : url.slice(originLength(url))
  const end = endOfPath(path)
  const pathname = end === -1 ? path : path.slice(0, end)
  if (pathname !== '') return pathname
  return path === url ? undefined : '/'
}

/** Whether a target is a path and nothing else, without anything percent-encoded. */
function isPlainPath(url: unknown): url is string {
  return typeof url === 'string' && url.startsWith('/') && !SPECIAL.test(url)
}

const SPECIAL = /[?#%]/

function endOfPath(text: string): number {
  const query = text.indexOf('?')
  const fragment = text.indexOf('#')
  if (query === -1 || fragment === -1) return Math.max(query, fragment)
  return Math.min(query, fragment)
}

/** @returns how many units of the target are scheme and host; 0 for a target that is a path. */
export function originLength(url: string): number {
  if (url[0] === '/') return 0
  const scheme = url.slice(0, endOfPath(url) === -1 ? url.length : endOfPath(url)).indexOf('://')
  if (scheme === -1) return 0
  const rest = url.slice(scheme + 3).search(/[/?#]/)
  return rest === -1 ? url.length : scheme + 3 + rest
}
