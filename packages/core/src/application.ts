import { METHODS } from 'node:http'
import { resolve } from 'node:path'

import { Router } from '@tokkyu/router'

import { currentApp, type Handled } from './current-app.ts'
import { canonicalTarget } from './canonical-target.ts'
import { handleRequest } from './handle-request.ts'
import { inject, type InjectedRequest } from './inject.ts'
import { listen } from './listen.ts'
import { closeServers, type CloseOptions } from './open-servers.ts'
import { compileEtag, compileQueryParser, compileTrust } from './settings.ts'
import { View } from './view.ts'
import type { Application } from './types/application.ts'
import type { Request } from './types/request.ts'
import type { Response } from './types/response.ts'
import type { IRouter } from './types/router.ts'
import type { Untyped } from './types/untyped.ts'

/** Marks settings whose `trust proxy` was never set by hand, and which a parent's may replace. */
const trustIsDefault = Symbol('trust proxy is the default')

/** What every application is made of; additions show in apps created afterwards. */
export const application = {
  init() {
    let router: IRouter | undefined
    this.cache = Object.create(null)
    this.engines = Object.create(null)
    this.settings = Object.create(null)
    this.defaultConfiguration()
    // Made on first touch, so that settings changed before the first route still count.
    Object.defineProperty(this, 'router', {
      configurable: true,
      enumerable: true,
      get: () => (router ??= createRouter(this)),
    })
  },

  defaultConfiguration() {
    const env = process.env['NODE_ENV'] || 'development'
    this.enable('x-powered-by')
    this.set('etag', 'weak')
    this.set('env', env)
    this.set('query parser', 'simple')
    this.set('subdomain offset', 2)
    this.set('trust proxy', false)
    this.enable('path canonical')
    this.enable('host policy')
    define(this.settings, trustIsDefault, true)

    this.on('mount', (parent: Application) => {
      if (this.settings[trustIsDefault] === true && parent.settings['trust proxy fn']) {
        delete this.settings['trust proxy']
        delete this.settings['trust proxy fn']
      }
      for (const key of ['request', 'response', 'engines', 'settings'] as const) {
        Object.setPrototypeOf(this[key], parent[key])
      }
    })

    this.locals = Object.create(null)
    this.mountpath = '/'
    ;(this.locals as Record<string, Untyped>)['settings'] = this.settings
    this.set('view', View)
    this.set('views', resolve('views'))
    this.set('jsonp callback name', 'callback')
    if (env === 'production') this.enable('view cache')
  },

  handle(req: Request, res: Response, callback?: (error?: unknown) => void) {
    return handleRequest(this, req, res, callback)
  },

  use(...args: unknown[]) {
    const [path, handlers] = splitPath(args)
    if (handlers.length === 0) throw new TypeError('app.use() requires a middleware function')
    const router = this.router as Untyped
    for (const handler of handlers) {
      if (!isApplication(handler)) {
        router.use(path, handler)
        continue
      }
      handler.mountpath = path
      handler.parent = this
      router.use(path, mounted(handler))
      handler.emit('mount', this)
    }
    return this
  },

  route(path: Untyped) {
    return this.router.route(path)
  },

  engine(extension: string, engine: Untyped) {
    if (typeof engine !== 'function') throw new Error('callback function required')
    this.engines[extension.startsWith('.') ? extension : `.${extension}`] = engine
    return this
  },

  param(name: string | string[], handler: Untyped) {
    for (const each of [name].flat()) (this.router as Untyped).param(each, handler)
    return this
  },

  set(setting: string, value?: unknown) {
    // With one argument Express reads; `undefined` as a second one is a value.
    if (arguments.length === 1) return this.settings[setting]
    this.settings[setting] = value
    if (setting === 'etag') this.set('etag fn', compileEtag(value))
    if (setting === 'query parser') this.set('query parser fn', compileQueryParser(value))
    if (setting === 'trust proxy') {
      this.set('trust proxy fn', compileTrust(value))
      define(this.settings, trustIsDefault, false)
    }
    return this
  },

  path() {
    return this.parent ? this.parent.path() + String(this.mountpath) : ''
  },

  enabled(setting: string) {
    return Boolean(this.settings[setting])
  },

  disabled(setting: string) {
    return !this.settings[setting]
  },

  enable(setting: string) {
    return this.set(setting, true)
  },

  disable(setting: string) {
    return this.set(setting, false)
  },

  all(path: Untyped, ...handlers: unknown[]) {
    const route = this.route(path) as Untyped
    for (const verb of VERBS) route[verb](...handlers)
    return this
  },

  render(name: string, options?: Untyped, callback?: Untyped) {
    const done = typeof options === 'function' ? options : callback
    const own = typeof options === 'function' ? {} : (options ?? {})
    const data = { ...this.locals, ...own['_locals'], ...own }
    data.cache ??= this.enabled('view cache')
    let view = data.cache ? this.cache[name] : undefined
    if (!view) {
      const ViewClass = this.get('view')
      view = new ViewClass(name, {
        defaultEngine: this.get('view engine'),
        root: this.get('views'),
        engines: this.engines,
        cache: data.cache,
      })
      if (!view.path) {
        done(viewNotFound(name, view))
        return
      }
      if (data.cache) this.cache[name] = view
    }
    try {
      view.render(data, done)
    } catch (error) {
      done(error)
    }
  },

  routes() {
    return (this.router as Untyped).routes()
  },

  explain(method: string, url: string) {
    const target = this.enabled('path canonical') ? canonicalTarget(url) : url
    return (this.router as Untyped).explain(method, target)
  },

  listen(...args: unknown[]) {
    return listen(this, args)
  },

  close(options?: CloseOptions) {
    return closeServers(this, options)
  },

  inject(request?: InjectedRequest | string) {
    return inject(this, request)
  },
} as Record<string, Untyped> & ThisType<Application & Record<string, Untyped>>

const VERBS = METHODS.map((method) => method.toLowerCase())

for (const verb of VERBS) {
  application[verb] = function (this: Application & Record<string, Untyped>, ...args: Untyped[]) {
    if (verb === 'get' && args.length === 1) return this.settings[args[0]]
    const [path, ...handlers] = args
    const route = this.route(path) as Untyped
    route[verb](...handlers)
    return this
  }
}

function createRouter(app: Application): IRouter {
  const options = {
    caseSensitive: app.enabled('case sensitive routing'),
    strict: app.enabled('strict routing'),
    methodNotAllowed: app.enabled('method not allowed'),
    canonicalTarget: (url: string) => (app.enabled('path canonical') ? canonicalTarget(url) : url),
  }
  return new (Router as Untyped)(options)
}

/** The layer a mounted app is called through: it restores what the app changed on the way out. */
function mounted(app: Application) {
  return function mounted_app(req: Request & Handled, res: Response & Handled, next: Untyped) {
    const outer = req[currentApp]
    const requestPrototype: unknown = Object.getPrototypeOf(req)
    const responsePrototype: unknown = Object.getPrototypeOf(res)
    return app.handle(req, res, (error?: unknown) => {
      req[currentApp] = res[currentApp] = outer
      restorePrototype(req, requestPrototype)
      restorePrototype(res, responsePrototype)
      return next(error)
    })
  }
}

function restorePrototype(message: object, prototype: unknown): void {
  if (Object.getPrototypeOf(message) === prototype) return
  Object.setPrototypeOf(message, prototype as object)
}

/** Whether a handler is an app to mount: ours or Express's, told by what it can do. */
function isApplication(handler: unknown): handler is Application {
  return (
    typeof handler === 'function' &&
    'handle' in handler &&
    Boolean(handler.handle) &&
    'set' in handler &&
    Boolean(handler.set)
  )
}

/** Tells `use(path, …handlers)` from `use(…handlers)`, with handlers nested in any depth of lists. */
function splitPath(args: unknown[]): [path: Untyped, handlers: unknown[]] {
  let first = args[0]
  while (Array.isArray(first) && first.length > 0) first = first[0]
  return typeof first === 'function'
    ? ['/', args.flat(Infinity)]
    : [args[0], args.slice(1).flat(Infinity)]
}

function viewNotFound(name: string, view: { root: string | string[] }): Error {
  const { root } = view
  const where =
    Array.isArray(root) && root.length > 1
      ? `directories "${root.slice(0, -1).join('", "')}" or "${root.at(-1)}"`
      : `directory "${String(root)}"`
  return Object.assign(new Error(`Failed to lookup view "${name}" in views ${where}`), { view })
}

function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { configurable: true, value })
}
