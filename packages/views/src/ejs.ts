import { readFileSync } from 'node:fs'

import type {
  AsyncClientFunction as EjsAsyncClientFunction,
  AsyncTemplateFunction as EjsAsyncTemplateFunction,
  Cache as EjsCache,
  EscapeCallback as EjsEscapeCallback,
  IncluderCallback as EjsIncluderCallback,
  Options as EjsOptions,
  RenderFileCallback as EjsRenderFileCallback,
  RethrowCallback as EjsRethrowCallback,
  SyncClientFunction as EjsClientFunction,
  SyncTemplateFunction as EjsTemplateFunction,
  TemplateFunction as AnyTemplateFunction,
} from './ejs/ejs-types.ts'
import { includePath, resolveInclude } from './ejs/include-path.ts'
import { compileTemplate, type Defaults, escapeXML } from './ejs/template.ts'
import { TemplateOptionError } from './source/errors.ts'

/** A cache without limits. */
class MemoryCache implements EjsCache {
  private templates = new Map<string, AnyTemplateFunction>()
  get(key: string): AnyTemplateFunction | undefined {
    return this.templates.get(key)
  }
  set(key: string, value: AnyTemplateFunction): void {
    this.templates.set(key, value)
  }
  remove(key: string): void {
    this.templates.delete(key)
  }
  reset(): void {
    this.templates = new Map()
  }
}

/** EJS's `Template`: a text and its options, to be compiled. */
class Template {
  /** The text, as it was given. */
  readonly templateText: string
  /** The options it is compiled with: a copy of the own properties of those given. */
  readonly opts: EjsOptions

  constructor(text: string, options?: EjsOptions) {
    this.templateText = text
    this.opts = ownOptions(options)
  }

  /** Compiles the text anew; errors are those of `ejs.compile`. */
  compile(): AnyTemplateFunction {
    return compileTemplate(this.templateText, this.opts, ejs, (name, options) =>
      includeFile(name, options),
    )
  }
}

interface Ejs extends Defaults {
  /** Where templates are kept with the option `cache`; may be set. @default a cache without limits */
  cache: EjsCache
  /** Reads a template for `renderFile` and includes; may be set. @default `fs.readFileSync` */
  fileLoader: (path: string) => string | Buffer
  /** Makes the promise of a `renderFile` without a callback; may be set. @default Promise */
  promiseImpl: PromiseConstructorLike | undefined
  /** The file that an include means beside a file, or in a folder. */
  resolveInclude: typeof resolveInclude
  /**
   * Makes a function of a template.
   *
   * @throws {TemplateSyntaxError} `TEMPLATE_SYNTAX`, `TEMPLATE_UNCLOSED_TAG` or
   *   `TEMPLATE_UNCLOSED_BLOCK`.
   * @throws {TemplateOptionError} `TEMPLATE_BAD_OPTION`, for a name that is no identifier, or an
   *   `escape` that a client function cannot take along.
   * @example ejs.compile('<p><%= name %></p>')({ name: 'Ada' }) // '<p>Ada</p>'
   */
  compile: Compile
  /**
   * Compiles a template and gives its text for some data; a promise of it with `async: true`.
   *
   * @throws as `compile` does, and what the template throws; `TEMPLATE_BAD_OPTION` for `cache` without
   *   `filename`.
   * @example ejs.render('<p><%= name %></p>', { name: 'Ada' }) // '<p>Ada</p>'
   */
  render: Render
  /**
   * Renders a file: by callback, or by a promise without one. Errors, those of `render` and of reading,
   * go there.
   *
   * @example const html = await ejs.renderFile('views/hello.ejs', { name: 'Ada' })
   */
  renderFile: RenderFile
  /** `renderFile`, under the name that Express looks for. */
  __express: RenderFile
  /** Forgets the templates in `cache`, by its `reset`, or its `clear`. */
  clearCache(): void
  /** What `<%= %>` prints by, unless the option `escape` says another. */
  escapeXML: EjsEscapeCallback
  /** The class of a text with its options: `new ejs.Template(text, options).compile()`. */
  Template: typeof Template
}

type Data = object | null | undefined
type InTurn = EjsOptions & { async?: false | undefined }
type Later = EjsOptions & { async: true }
type Alone = { client: true }

// What the option `async` decides. The functions below cannot be told so: hence their casts.
interface Compile {
  (template: string, options: Later & Alone): EjsAsyncClientFunction
  (template: string, options: InTurn & Alone): EjsClientFunction
  (template: string, options: EjsOptions & Alone): EjsClientFunction | EjsAsyncClientFunction
  (template: string, options: Later): EjsAsyncTemplateFunction
  (template: string, options?: InTurn): EjsTemplateFunction
  (template: string, options?: EjsOptions): EjsTemplateFunction | EjsAsyncTemplateFunction
}

interface Render {
  (template: string, data: Data, options: Later): Promise<string>
  (template: string, data?: Data, options?: InTurn): string
  (template: string, data?: Data, options?: EjsOptions): string | Promise<string>
}

interface RenderFile {
  <Result>(path: string, callback: EjsRenderFileCallback<Result>): Result
  <Result>(path: string, data: Data, callback: EjsRenderFileCallback<Result>): Result
  <Result>(
    path: string,
    data: Data,
    options: Later,
    callback: EjsRenderFileCallback<Result, Promise<string>>,
  ): Result
  <Result>(
    path: string,
    data: Data,
    options: InTurn,
    callback: EjsRenderFileCallback<Result>,
  ): Result
  <Result>(
    path: string,
    data: Data,
    options: EjsOptions,
    callback: EjsRenderFileCallback<Result, string | Promise<string>>,
  ): Result
  (path: string, data?: Data, options?: EjsOptions): Promise<string>
}

/**
 * EJS's module, run by our compiler: the same names, options, defaults and entities.
 *
 * @example
 * import ejs from '@tokkyu/views/ejs'
 * ejs.render('<p><%= name %></p>', { name: 'Ada' }) // <p>Ada</p>
 */
const ejs: Ejs = {
  cache: new MemoryCache(),
  fileLoader: (file) => readFileSync(file),
  localsName: 'locals',
  promiseImpl: Promise,
  resolveInclude,
  compile: ((template: string, options?: EjsOptions) =>
    new Template(template, options).compile()) as Compile,
  render: ((template: string, data: Data, options?: EjsOptions) =>
    cached(ownOptions(options), template)(data)) as Render,
  renderFile: renderFile as RenderFile,
  __express: renderFile as RenderFile,
  clearCache: () => {
    if (ejs.cache.reset) ejs.cache.reset()
    else ejs.cache.clear?.()
  },
  escapeXML,
  Template,
}

function renderFile(filename: string, ...rest: unknown[]): unknown {
  const args = [...rest]
  const callback =
    typeof args.at(-1) === 'function'
      ? (args.pop() as (error: unknown, html?: string | Promise<string>) => unknown)
      : undefined
  const data = (args[0] ?? {}) as { settings?: Record<string, unknown> }
  const options: EjsOptions = { ...(args[1] as EjsOptions | undefined), filename }
  if (args.length < 2 && Object.hasOwn(data, 'settings') && data.settings) {
    // Express hands over its settings with the data; EJS takes these two from it and no other.
    if (data.settings['views']) options.views = data.settings['views'] as string[]
    if (data.settings['view cache']) options.cache = true
  }
  if (callback) {
    let html: string | Promise<string>
    try {
      html = cached(ownOptions(options))(data)
    } catch (error) {
      return callback(error)
    }
    return callback(null, html)
  }
  if (typeof ejs.promiseImpl !== 'function') {
    throw new TemplateOptionError('promiseImpl', 'Please provide a callback function') // EJS's words
  }
  return new ejs.promiseImpl((resolve) => resolve(cached(ownOptions(options))(data)))
}

/** Compiles a text, or the file of its name when there is none, unless that was done before. */
function cached(options: EjsOptions, template?: string): AnyTemplateFunction {
  const { filename } = options
  if (!options.cache) return ejs.compile(template ?? load(filename), options)
  if (!filename) throw new TemplateOptionError('filename', 'cache option requires a filename')
  const known = ejs.cache.get(filename)
  if (known) return known
  const compiled = ejs.compile(template ?? load(filename), options)
  ejs.cache.set(filename, compiled)
  return compiled
}

function load(filename: string | undefined): string {
  if (!filename) {
    throw new TemplateOptionError('filename', 'Cannot render without a template or a file name')
  }
  return ejs
    .fileLoader(filename)
    .toString()
    .replace(/^\uFEFF/, '')
}

function includeFile(name: string, options: EjsOptions): AnyTemplateFunction {
  const escape = options.escape || options.escapeFunction || escapeXML
  const filename = includePath(name, options, escape)
  const included: EjsOptions = { ...options, filename }
  if (typeof options.includer === 'function') {
    const answer = options.includer(name, filename)
    if (typeof answer === 'object' && answer !== null) {
      if (answer.filename) included.filename = answer.filename
      if (typeof answer.template === 'string') return cached(included, answer.template)
    }
  }
  return cached(included)
}

/** Own properties only: an option must not come from a polluted prototype (CVE-2024-33883). */
function ownOptions(options: EjsOptions | undefined): EjsOptions {
  return Object.assign(Object.create(null) as EjsOptions, options)
}

declare namespace ejs {
  type AsyncClientFunction = EjsAsyncClientFunction
  type AsyncTemplateFunction = EjsAsyncTemplateFunction
  type Cache = EjsCache
  type ClientFunction = EjsClientFunction
  type EscapeCallback = EjsEscapeCallback
  type IncluderCallback = EjsIncluderCallback
  type Options = EjsOptions
  type RenderFileCallback<Result = unknown> = EjsRenderFileCallback<Result>
  type RethrowCallback = EjsRethrowCallback
  type TemplateFunction = EjsTemplateFunction
}

export default ejs
export type {
  EjsAsyncClientFunction as AsyncClientFunction,
  EjsAsyncTemplateFunction as AsyncTemplateFunction,
  EjsCache as Cache,
  EjsClientFunction as ClientFunction,
  EjsEscapeCallback as EscapeCallback,
  EjsIncluderCallback as IncluderCallback,
  EjsOptions as Options,
  EjsRenderFileCallback as RenderFileCallback,
  EjsRethrowCallback as RethrowCallback,
  EjsTemplateFunction as TemplateFunction,
}
