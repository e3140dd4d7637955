// oxlint-disable oxc/no-this-in-exported-function -- methods of layers, which agents compare and replace
import { METHODS } from 'node:http'
import {
  type MatchOptions,
  type PathMatcher,
  RegExpPathMatcher,
  TextPathMatcher,
} from '../path/matcher.ts'
import { DirectPath } from '../path/direct-path.ts'
import { Params } from '../path/params.ts'
import type { RegisteredAt } from './registered-at.ts'
import type { Handler, Path } from '../types.ts'
import { isThenable } from './thenable.ts'
import { RejectedPromiseError } from '../errors.ts'
import { collectHandlers } from './collect-handlers.ts'

export interface LayerMatch {
  readonly params: Params
  /** The piece of the request's path that was matched. */
  readonly path: string
  readonly keys: readonly string[]
  /** Which of the layer's paths it was. */
  readonly pattern: unknown
}

/** One entry of a router's stack: where it applies, and what runs there. */
export class Layer {
  handle: Handler
  name: string
  /** What the router itself put into `handle`. Another function there was put by someone else. */
  readonly ownHandle: Handler
  /** How many arguments that takes. Functions are asked once: it costs as much as a small layer. */
  private readonly ownArity: number
  /** The route behind this layer; undefined for `use`. */
  route: RouteLayers | undefined = undefined
  /** The name given to the route, for URLs. */
  routeName: string | undefined = undefined
  registeredAt: RegisteredAt | undefined = undefined
  /** The method a handler inside of a route answers; undefined: all of them. */
  method: string | undefined = undefined
  /** The path as registered; nested lists are flat. */
  readonly rawPath: unknown
  /** Letter case counts in the path. */
  readonly sensitive: boolean
  /** The layer is mounted at "/", where every path matches. */
  readonly slash: boolean
  /** One for each path. None where every path matches. */
  readonly matchers: readonly PathMatcher[]
  /** A shorter way to the parameters, for layers that the index has found. */
  readonly direct: DirectPath | undefined

  constructor(path: Path, options: MatchOptions, handle: Handler) {
    this.handle = handle
    this.ownHandle = handle
    this.ownArity = handle.length
    this.name = handle.name || '<anonymous>'
    this.rawPath = Array.isArray(path) ? path.flat(Infinity) : path
    this.sensitive = options.sensitive
    this.slash = path === '/' && options.prefix
    this.matchers = this.slash ? NONE : createMatchers(this.rawPath, options)
    this.direct = directPath(this.matchers)
  }

  // On the prototype, where agents replace the first two.
  declare handleRequest: typeof ownHandleRequest
  declare handleError: typeof ownHandleError

  /** Whether there is a handler for the situation: errors want four arguments. */
  takes(error: unknown): boolean {
    const arity = this.handle === this.ownHandle ? this.ownArity : this.handle.length
    return error ? arity === 4 : arity <= 3
  }

  /**
   * @returns what the first of the layer's paths that fits has found; false when none does.
   * @throws {ParamDecodeError} status 400
   */
  match(path: string | null | undefined): LayerMatch | false {
    if (path === null || path === undefined) return false
    const { matchers, rawPath } = this
    if (this.slash) return { params: new Params(), path: '', keys: [], pattern: rawPath }
    for (let index = 0; index < matchers.length; index++) {
      const match = matchers[index]!.match(path)
      if (match === undefined) continue
      const pattern: unknown = Array.isArray(rawPath) ? rawPath[index] : rawPath
      return { params: match.params, path: match.path, keys: Object.keys(match.params), pattern }
    }
    return false
  }
}

Object.assign(Layer.prototype, { handleRequest: ownHandleRequest, handleError: ownHandleError })

type Next = (error?: unknown) => unknown
type AnyHandle = (...args: unknown[]) => unknown
interface HasHandle {
  readonly handle: unknown
}

/*
 * `handleRequest` and `handleError` of layers, which agents replace by functions of their own that do something
 * and call these. Who replaces them knows Express's: they give nothing back, and what goes wrong goes to `next`.
 */

/** Calls a layer's handler, unless it is one of errors. */
export function ownHandleRequest(this: HasHandle, req: object, res: object, next: Next): void {
  const handle = this.handle as AnyHandle
  if (handle.length > 3) next()
  else passFailure(() => handle(req, res, next), next)
}

/** Calls a layer's handler with an error, if it is one of errors. */
export function ownHandleError(
  this: HasHandle,
  error: unknown,
  req: object,
  res: object,
  next: Next,
): void {
  const handle = this.handle as AnyHandle
  if (handle.length !== 4) next(error)
  else passFailure(() => handle(error, req, res, next), next)
}

function passFailure(call: () => unknown, go: Next): void {
  try {
    const result = call()
    if (!isThenable(result)) return
    result.then(undefined, (reason: unknown) => go(reason || new RejectedPromiseError()))
  } catch (thrown) {
    go(thrown)
  }
}

const NONE: readonly PathMatcher[] = []

function directPath(matchers: readonly PathMatcher[]): DirectPath | undefined {
  const [only] = matchers
  if (matchers.length !== 1 || !(only instanceof TextPathMatcher)) return undefined
  const [flat] = only.alternatives
  return flat === undefined || only.alternatives.length > 1 ? undefined : DirectPath.of(flat)
}

function createMatchers(paths: unknown, options: MatchOptions): PathMatcher[] {
  if (!Array.isArray(paths)) return [createMatcher(paths, options)]
  return paths.map((path) => createMatcher(path, options))
}

function createMatcher(path: unknown, options: MatchOptions): PathMatcher {
  if (path instanceof RegExp) return new RegExpPathMatcher(path)
  const text = String(path)
  return new TextPathMatcher(options.strict ? text : loosen(text), options)
}

/** A trailing slash in a path that is not strict says nothing. */
function loosen(path: string): string {
  if (path === '/') return path
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}

/** The verbs of node:http as Express spells its functions: `get`, `post`, `m-search` … */
export const VERBS: readonly string[] = METHODS.map((method) => method.toLowerCase())

const LOWER_CASE = new Map(METHODS.map((method) => [method, method.toLowerCase()]))

/** Requests without a method (made by hand, in tests) have none here either. */
export function verbOf(method: unknown): string {
  // Most requests are one of these, and comparing is cheaper than looking up.
  if (method === 'GET') return 'get'
  if (method === 'POST') return 'post'
  if (typeof method !== 'string') return ''
  return LOWER_CASE.get(method) ?? method.toLowerCase()
}

/** A map by name that inherits nothing. Cheaper than `Object.create(null)`, which hashes. */
class Methods {
  [verb: string]: boolean
}
Object.setPrototypeOf(Methods.prototype, null)
Reflect.deleteProperty(Methods.prototype, 'constructor')

/** One path with its handlers, in the order they were added. */
export class RouteLayers {
  path: Path
  stack: Layer[] = []
  /** The verbs that have a handler, in small letters; `_all` when one takes them all. */
  methods: Record<string, boolean> = new Methods()

  constructor(path: Path) {
    this.path = path
  }

  /**
   * HEAD is answered by GET handlers when it has none of its own.
   *
   * @param verb - the method in small letters.
   */
  handlesVerb(verb: string): boolean {
    const { methods } = this
    if (methods[verb] === true || (methods['_all'] === true && verb !== 'ws')) return true
    return verb === 'head' && methods['get'] === true
  }

  /** @param includeAll - `all()` counts, as "*", and `WS`, which is no method that `Allow` could name. */
  methodNames(includeAll = false): string[] {
    const methods: string[] = []
    for (const verb of Object.keys(this.methods)) {
      if (verb !== '_all' && verb !== 'ws') methods.push(verb.toUpperCase())
      else if (includeAll) methods.push(verb === 'ws' ? 'WS' : '*')
    }
    if (this.methods['get'] === true && this.methods['head'] !== true) methods.push('HEAD')
    return methods
  }

  // The names that third parties know from Express.
  _handlesMethod(method: unknown): boolean {
    return this.handlesVerb(verbOf(method))
  }

  _methods(includeAll = false): string[] {
    return this.methodNames(includeAll)
  }

  /** Adds handlers for every method. */
  all(...handlers: unknown[]): this {
    for (const handler of collectHandlers(handlers)) {
      this.methods['_all'] = true
      this.stack.push(handlerLayer(handler, undefined))
    }
    return this
  }

  /**
   * Adds handlers for WebSocket handshakes, which are dispatched with the pseudo-method `WS`. They are for
   * no other request, and no other handlers are for them, those of `all` and `get` included.
   */
  handshakes(...handlers: unknown[]): this {
    for (const handler of collectHandlers(handlers)) {
      this.methods['ws'] = true
      this.stack.push(handlerLayer(handler, 'ws'))
    }
    return this
  }
}

for (const verb of VERBS) {
  Object.defineProperty(RouteLayers.prototype, verb, {
    configurable: true,
    enumerable: true,
    writable: true,
    value(this: RouteLayers, ...handlers: unknown[]) {
      for (const handler of collectHandlers(handlers)) {
        this.methods[verb] = true
        this.stack.push(handlerLayer(handler, verb))
      }
      return this
    },
  })
}

const ANY_PATH: MatchOptions = {
  sensitive: false,
  strict: false,
  prefix: true,
  constraints: {},
  express4: false,
}

function handlerLayer(handler: Handler, verb: string | undefined): Layer {
  const layer = new Layer('/', ANY_PATH, handler)
  layer.method = verb
  return layer
}
