import type { Server } from 'node:http'
import type { Http2SecureServer } from 'node:http2'

import type { TemplateArguments, TemplateName } from '@tokkyu/views'

import type { Http2ListenOptions } from './options.ts'

/** Renders the file at `path` with `options` as its data. */
export type EngineFunction = (
  path: string,
  options: object,
  callback: (error: any, rendered?: string) => void,
) => void

type Listening = (error?: Error) => void

/** What an app does that names neither its requests nor their handlers. */
export interface ApplicationMembers {
  /** Makes the app's tables and settings; called once, by `express()`. @example app.init() */
  init(): void
  /** Gives the settings their defaults; called by `init`. @example app.defaultConfiguration() */
  defaultConfiguration(): void
  /**
   * Renders files of an extension with an engine.
   *
   * @throws {TypeError} when the engine is no function.
   * @example app.engine('html', ejs.renderFile)
   */
  engine(extension: string, engine: EngineFunction): this
  /** Sets a setting; with one argument reads it. @example app.set('trust proxy', 1) */
  set(setting: string, value?: any): this
  /** The path an app is mounted at, through all its parents. @example admin.path() // '/blog/admin' */
  path(): string
  /** Whether a setting is on. @example app.enabled('trust proxy') */
  enabled(setting: string): boolean
  /** Whether a setting is off. @example app.disabled('x-powered-by') */
  disabled(setting: string): boolean
  /** Turns a setting on. @example app.enable('strict routing') */
  enable(setting: string): this
  /** Turns a setting off. @example app.disable('x-powered-by') */
  disable(setting: string): this
  /**
   * Renders a view and hands its text to the callback.
   *
   * @example app.render('mail', { name: 'Ada' }, (error, html) => send(html))
   */
  render(name: string, callback: (error: Error, html: string) => void): void
  render<Name extends TemplateName>(
    name: Name,
    ...given: [...options: TemplateArguments<Name>, callback?: (error: Error, html: string) => void]
  ): void

  /** The settings by name. @example app.settings.env // 'development' */
  settings: any
  /**
   * The path, or paths, at which the app is mounted. @default '/'
   *
   * @example blog.mountpath // '/blog', after app.use('/blog', blog)
   */
  mountpath: string | string[]
  /**
   * What `@types/express` declares and no app of Express 5 has: without it neither fits the other.
   *
   * @deprecated There is none.
   */
  resource: any
  /** Never there; declared because `@types/express` declares it. @deprecated There is none. */
  map: any
  /**
   * Never there; declared because `@types/express` declares it. See `router`.
   *
   * @deprecated Of Express 4; see `router`.
   */
  _router: any
}

/** An app's way to be served. */
export interface Listens {
  /**
   * Serves the app over HTTP; what `http.Server#listen` takes.
   *
   * @param callback - called when the server listens, or with the error when it cannot; one that takes no
   *   argument is not: the error is thrown then.
   * @returns the `http.Server`, or the server of `node:http2` when the options say `http2: true`.
   * @example app.listen(3000, (error) => { if (error) throw error })
   * @example app.listen({ http2: true, key, cert, port: 443 })
   */
  listen(options: Http2ListenOptions, callback?: Listening): Http2SecureServer
  listen(port: number, hostname: string, backlog: number, callback?: Listening): Server
  listen(port: number, hostname: string, callback?: Listening): Server
  listen(port: number, callback?: Listening): Server
  listen(callback?: Listening): Server
  listen(path: string, callback?: Listening): Server
  listen(handle: any, callback?: Listening): Server
}
