import type { Constraints } from '../path/constraints.ts'
import type { Layer } from './layer.ts'
import type { MatchOptions } from '../path/matcher.ts'
import { RouteIndex } from './route-index.ts'

export type ParamCallback = (...args: never[]) => unknown
export type ParamCallbacks = Record<string, ParamCallback[] | undefined>

/** What a router can be told. */
export interface RouterOptions {
  /** Letter case counts in paths. @default false */
  readonly caseSensitive?: boolean | undefined
  /** `req.params` holds the parameters of the router around, too. @default false */
  readonly mergeParams?: boolean | undefined
  /** A trailing slash counts. @default false */
  readonly strict?: boolean | undefined
  /** Paths are spelled as in Express 4: `:name?`, `:rest*`, `*`, `(…)`. @default false */
  readonly express4Paths?: boolean | undefined
  /**
   * What `:name<own>` may ask for.
   *
   * @default none beside those that are always there: int, uuid, slug and so on
   */
  readonly constraints?: Constraints | undefined
  /**
   * A path that has routes, but none for the method, is an error of status 405 with `Allow`
   * instead of falling through, once everybody was asked. Holds for mounted routers that do not
   * say otherwise. @default false
   */
  readonly methodNotAllowed?: boolean | undefined
  /**
   * Called with `req.url` when a layer has changed it; what it returns is written back and matched
   * from there on. What it throws goes to the error handlers. Holds for mounted routers, too.
   *
   * @default none
   */
  readonly canonicalTarget?: ((url: string) => string) | undefined
}

/** Where a router function keeps its inside. */
export const STATE = Symbol('tokkyu.router.state')

/** Whose `stack` a list is. */
const shownBy = new WeakMap<object, RouterState>()

/** @returns the inside of the router that shows `stack`, for functions that carry only that. */
export function stateShownAs(stack: unknown): RouterState | undefined {
  return typeof stack === 'object' && stack !== null ? shownBy.get(stack) : undefined
}

/** The inside of a router: what its functions work on. */
export class RouterState {
  readonly canonicalTarget: RouterOptions['canonicalTarget']
  readonly methodNotAllowed: boolean | undefined
  readonly #express4: boolean
  readonly constraints: Constraints
  params: ParamCallbacks = Object.create(null) as ParamCallbacks
  hasParamCallbacks = false
  caseSensitive: boolean | undefined
  mergeParams: boolean | undefined
  strict: boolean | undefined
  readonly index = new RouteIndex()
  /** Of the layer that was added last: the next one's are mostly the same. */
  #matchOptions: MatchOptions | undefined = undefined
  layers: Layer[] = []
  /** Changes whenever the list does. */
  revision = 0
  #view: Layer[] | undefined = undefined

  constructor(options: RouterOptions) {
    this.canonicalTarget = options.canonicalTarget
    this.methodNotAllowed = options.methodNotAllowed
    this.#express4 = options.express4Paths ?? false
    this.constraints = options.constraints ?? {}
    this.caseSensitive = options.caseSensitive
    this.mergeParams = options.mergeParams
    this.strict = options.strict
  }

  /** How the next layer's path is to be read. */
  matchOptions(prefix: boolean): MatchOptions {
    const last = this.#matchOptions
    const sensitive = this.caseSensitive ?? false
    const strict = !prefix && (this.strict ?? false)
    if (last?.prefix === prefix && last.sensitive === sensitive && last.strict === strict) {
      return last
    }
    const { constraints } = this
    this.#matchOptions = { prefix, sensitive, strict, constraints, express4: this.#express4 }
    return this.#matchOptions
  }

  /** Adds a layer behind all others. */
  add(layer: Layer): void {
    this.layers.push(layer)
    this.revision++
  }

  /**
   * `layers` for everyone outside. It tells the index of whatever they do to it: apps and
   * monitoring agents remove layers, move them, put their own in between.
   */
  get stack(): Layer[] {
    const changed = () => {
      this.#forget()
      return true
    }
    if (this.#view !== undefined) return this.#view
    this.#view = new Proxy(this.layers, {
      set: (layers, key, value) => Reflect.set(layers, key, value) && changed(),
      defineProperty: (layers, key, how) => Reflect.defineProperty(layers, key, how) && changed(),
      deleteProperty: (layers, key) => Reflect.deleteProperty(layers, key) && changed(),
    })
    shownBy.set(this.#view, this)
    return this.#view
  }

  set stack(layers: Layer[]) {
    this.layers = layers
    this.#view = undefined
    this.#forget()
  }

  #forget(): void {
    this.index.forget()
    this.revision++
  }
}
