import type { ServerResponse } from 'node:http'
import { VERBS, verbOf } from './methods.ts'
import { Layer } from './layer.ts'
import { collectHandlers } from './collect-handlers.ts'
import type { MatchOptions } from '../path/matcher.ts'
import type { Handler, Path } from '../types.ts'
import { dispatchRoute } from '../dispatch/dispatch-route.ts'

/** A map by name that inherits nothing. Cheaper than `Object.create(null)`, which hashes. */
class Methods {
  [verb: string]: boolean
}
Object.setPrototypeOf(Methods.prototype, null)
Reflect.deleteProperty(Methods.prototype, 'constructor')

/** One path with its handlers, in the order they were added. */
export class Route {
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
    if (methods[verb] === true || methods['_all'] === true) return true
    return verb === 'head' && methods['get'] === true
  }

  /** @param includeAll - `all()` counts, as "*". */
  methodNames(includeAll = false): string[] {
    const methods: string[] = []
    for (const verb of Object.keys(this.methods)) {
      if (verb !== '_all') methods.push(verb.toUpperCase())
      else if (includeAll) methods.push('*')
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

  dispatch(req: object, res: object, done: (error?: unknown) => unknown): void {
    dispatchRoute(this, req, res as ServerResponse, done)
  }

  /** Adds handlers for every method. */
  all(...handlers: unknown[]): this {
    for (const handler of collectHandlers(handlers)) {
      this.methods['_all'] = true
      this.stack.push(handlerLayer(handler, undefined))
    }
    return this
  }
}

for (const verb of VERBS) {
  Object.defineProperty(Route.prototype, verb, {
    configurable: true,
    enumerable: true,
    writable: true,
    value(this: Route, ...handlers: unknown[]) {
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
