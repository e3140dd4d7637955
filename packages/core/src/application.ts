import { ArgumentError } from './errors/argument-error.ts'
import { EventEmitter } from 'node:events'
import { METHODS, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import type RouterInstance from '@tokkyu/router'

import { canonicalTarget } from './guard/canonical-head.ts'
import { handleRequest } from './handle-request.ts'
import { createAgent } from './server/inject/agent.ts'
import { inject } from './server/inject/inject.ts'
import { listen } from './server/listen.ts'
import { publicLimitsOf } from './limits/limits.ts'
import { isApplication, mount } from './mount.ts'
import { configure, noteTrust } from './configuration.ts'
import { defineClasses } from './server/classes.ts'
import { closeServers, graceOf } from './server/open-servers.ts'
import { attach } from './web-socket/attach.ts'
import { channelOf } from './web-socket/channel.ts'
import { closeSockets } from './web-socket/open-sockets.ts'
import type { InjectedRequest, InjectOptions } from './types/inject.ts'
import type { CloseOptions } from './types/options.ts'
import { renderView } from './views/render.ts'
import { Router } from './router.ts'
import { compileEtag, compileQueryParser, compileTrust } from './settings.ts'
import type { EngineFunction } from './types/application-members.ts'
import type { Application, Express } from './types/application.ts'
import type { RequestHandler, RequestParamHandler } from './types/handlers.ts'
import type { Request, Response } from './types/request-response.ts'
import type { IRouter } from './types/routing.ts'

/** Creates an application: a function for `http.createServer` with the methods of `application`. */
export function createApp(): Express {
  const app = function (req: IncomingMessage, res: ServerResponse, next?: () => void) {
    return app.handle(req, res, next)
  } as unknown as Express

  inherit(app, EventEmitter.prototype)
  inherit(app, application)
  defineClasses(app)
  app.init()
  return app
}

/** Copies what `app` does not have itself: an app stays a Function with all of its prototype. */
function inherit(app: object, source: object): void {
  for (const key of Reflect.ownKeys(source)) {
    if (Object.hasOwn(app, key)) continue
    const descriptor = Object.getOwnPropertyDescriptor(source, key)
    if (descriptor) Object.defineProperty(app, key, descriptor)
  }
}

/** Where an application keeps its router. */
const ownRouter = Symbol('router')

/**
 * `app.router`: made on first touch, so that settings changed before the first route still count.
 *
 * One getter for all: to V8 an app with a getter of its own is a dictionary, which inline caches do not
 * know.
 */
const ROUTER = {
  configurable: true,
  enumerable: true,
  get(this: Application & { [ownRouter]?: IRouter }) {
    return (this[ownRouter] ??= createRouter(this))
  },
}

const methods: Record<string, unknown> & ThisType<Application> = {
  init() {
    this.cache = Object.create(null)
    this.engines = Object.create(null)
    this.settings = Object.create(null)
    this.defaultConfiguration()
    Object.defineProperty(this, ownRouter, { value: undefined, writable: true })
    Object.defineProperty(this, 'router', ROUTER)
  },

  defaultConfiguration() {
    configure(this)
  },

  get limits() {
    return publicLimitsOf(this)
  },

  handle(req: Request, res: Response, callback?: (error?: unknown) => void) {
    return handleRequest(this, req, res, callback)
  },

  use(...args: unknown[]) {
    const [path, handlers] = splitPath(args)
    if (handlers.length === 0) throw new ArgumentError('app.use() requires a middleware function')
    for (const handler of handlers) {
      if (isApplication(handler)) mount(this, path as string, handler)
      else this.router.use(path as string, handler as RequestHandler)
    }
    return this
  },

  route(path: unknown) {
    return this.router.route(path as string)
  },

  engine(extension: string, engine: unknown) {
    if (typeof engine !== 'function') throw new ArgumentError('callback function required')
    this.engines[extension.startsWith('.') ? extension : `.${extension}`] = engine as EngineFunction
    return this
  },

  param(name: string | string[], handler: unknown) {
    for (const each of [name].flat()) this.router.param(each, handler as RequestParamHandler)
    return this
  },

  /** Reads a setting, or registers handlers. */
  get(path: unknown, ...handlers: unknown[]) {
    if (handlers.length === 0 && arguments.length === 1) return this.settings[path as string]
    return register(this, path, ['get'], handlers)
  },

  set(setting: string, value?: unknown) {
    // With one argument Express reads; `undefined` as a second one is a value.
    if (arguments.length === 1) return this.settings[setting]
    this.settings[setting] = value
    if (setting === 'etag') this.set('etag fn', compileEtag(value))
    if (setting === 'query parser') this.set('query parser fn', compileQueryParser(value, this))
    if (setting === 'trust proxy') {
      this.set('trust proxy fn', compileTrust(value))
      noteTrust(this, false)
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

  all(path: unknown, ...handlers: unknown[]) {
    return register(this, path, VERBS, handlers)
  },

  render(name: string, options: object | Rendered | undefined, callback: Rendered) {
    if (typeof options === 'function') renderView(this, name, {}, options as Rendered)
    else renderView(this, name, options ?? {}, callback)
  },

  url(name: string, params?: UrlParams, options?: UrlOptions) {
    return routerOf(this).url(name, params, options)
  },

  routes() {
    return routerOf(this).routes()
  },

  explain(method: string, url: string) {
    const target = this.enabled('path canonical') ? canonicalTarget(url) : url
    return routerOf(this).explain(method, target)
  },

  ws(path: unknown, ...handlers: unknown[]) {
    this.router.ws(path as string, ...(handlers as [() => unknown]))
    return this
  },

  channel(name: string) {
    return channelOf(this, name)
  },

  listen(...args: unknown[]) {
    const server = listen(this, args)
    attach(this, server)
    return server
  },

  attach(server: Server) {
    attach(this, server)
    return server
  },

  async close(options?: CloseOptions) {
    const grace = graceOf(this, options)
    await Promise.all([closeServers(this, grace), closeSockets(this, grace)])
  },

  inject(request?: InjectedRequest | string) {
    return inject(this, request)
  },

  agent(defaults?: InjectOptions) {
    return createAgent(this, defaults)
  },
}

/** What every application is made of; additions show in apps created afterwards. */
export const application = methods as unknown as Application // an app is a function with these

const VERBS = METHODS.map((method) => method.toLowerCase())

for (const verb of VERBS.filter((name) => name !== 'get')) {
  methods[verb] = function (this: Application, path: unknown, ...handlers: unknown[]) {
    return register(this, path, [verb], handlers)
  }
}

/** Adds handlers to a route of their own; what is no handler is refused there. */
function register(
  app: Application,
  path: unknown,
  verbs: readonly string[],
  handlers: unknown[],
): Application {
  const route = app.route(path as string) as unknown as Record<
    string,
    (...given: unknown[]) => void
  >
  for (const verb of verbs) route[verb]!(...handlers)
  return app
}

function createRouter(app: Application): IRouter {
  const options = {
    caseSensitive: app.enabled('case sensitive routing'),
    strict: app.enabled('strict routing'),
    methodNotAllowed: app.enabled('method not allowed'),
    canonicalTarget: (url: string) => (app.enabled('path canonical') ? canonicalTarget(url) : url),
  }
  return new Router(options)
}

/** The router as its own package types it. */
function routerOf(app: Application): RouterInstance {
  return app.router as unknown as RouterInstance
}

type Rendered = (error: unknown, html?: string) => void
type UrlParams = Parameters<RouterInstance['url']>[1]
type UrlOptions = Parameters<RouterInstance['url']>[2]

/** Tells `use(path, …handlers)` from `use(…handlers)`, with handlers nested in any depth of lists. */
function splitPath(args: unknown[]): [path: unknown, handlers: unknown[]] {
  let first = args[0]
  while (Array.isArray(first) && first.length > 0) first = first[0]
  return typeof first === 'function'
    ? ['/', args.flat(Infinity)]
    : [args[0], args.slice(1).flat(Infinity)]
}
