import type { Layer } from '../table/layer.ts'
import { verbOf } from '../table/layer.ts'
import { Params } from '../path/params.ts'
import type { RouterState } from '../table/router-state.ts'
import type { RoutingRequest } from './handler-calls.ts'

/**
 * A place in a router's list of layers, that moves on over those that can match the request.
 *
 * The request and the list may change in between: a layer rewrites the URL or the method, or adds
 * layers. What comes next is then looked up again, from the same place in the list.
 */
export class LayerCursor {
  declare private readonly router: RouterState
  declare private readonly req: RoutingRequest
  /** The number of the first layer that has not been looked at. */
  declare private index: number
  declare private candidates: readonly number[]
  declare private place: number
  declare private version: number
  /** How many layers there were when the path was looked up. */
  declare private layerCount: number
  /** The URL that was looked up. */
  declare private target: string | undefined
  declare path: string
  /** Something in the path is percent-encoded. */
  declare hasEscapes: boolean
  /** The part of the path that the layer has matched which was read last. */
  declare matched: string
  declare private method: string | undefined
  /** The request's method in small letters. */
  declare verb: string

  constructor(router: RouterState, req: RoutingRequest) {
    this.router = router
    this.req = req
    this.index = 0
    this.candidates = NONE
    this.place = 0
    this.version = -1
    this.layerCount = -1
    this.target = undefined
    this.path = ''
    this.hasEscapes = false
    this.matched = ''
    this.method = undefined
    this.verb = ''
  }

  /** Whether the request and the layers are as they were when the path was looked up. */
  isCurrent(): boolean {
    const { req, router } = this
    return (
      router.index.version === this.version &&
      router.layers.length === this.layerCount &&
      req.url === this.target &&
      req.method === this.method
    )
  }

  /**
   * Looks the path up.
   *
   * @param shown - the URL as it was before anyone could rewrite it, for the first time.
   * @param canonicalTarget - what a rewritten URL goes through.
   */
  lookUp(shown: string | undefined, canonicalTarget: ((url: string) => string) | undefined): void {
    const { req } = this
    const { index, layers } = this.router
    index.update(layers)
    this.method = req.method
    this.verb = verbOf(req.method)
    this.layerCount = layers.length
    if (req.url === this.target && index.version === this.version) return

    const before = this.version === -1 ? shown : this.target
    if (canonicalTarget !== undefined && req.url !== undefined && req.url !== before) {
      req.url = canonicalTarget(req.url)
    }
    this.target = req.url
    this.version = index.version
    const isPlain = isPlainPath(req.url)
    const path = isPlain ? req.url : pathnameOf(req.url)
    this.path = path ?? ''
    this.hasEscapes = !isPlain && this.path.includes('%')
    this.candidates = path === undefined ? NONE : index.find(path)
    this.place = firstFrom(this.candidates, this.index)
  }

  /** @returns the next layer that can match, and moves behind it; undefined at the end. */
  next(): Layer | undefined {
    const { layers } = this.router
    const number = this.candidates[this.place]
    this.place++
    this.index = number === undefined ? layers.length : number + 1
    return number === undefined ? undefined : layers[number]
  }

  /**
   * Reads a layer's parameters, and for a mounted one the part of the path that it matched.
   *
   * @returns undefined when the layer does not match.
   * @throws {ParamDecodeError} status 400
   */
  match(layer: Layer): Params | undefined {
    const { path } = this
    const { direct } = layer
    if (layer.slash) {
      this.matched = ''
      return new Params()
    }
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
  if (least === 0) return 0
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
