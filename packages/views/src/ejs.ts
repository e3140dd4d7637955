import { readFileSync } from 'node:fs'

import type {
  Cache as EjsCache,
  ClientFunction as EjsClientFunction,
  EscapeCallback as EjsEscapeCallback,
  IncluderCallback as EjsIncluderCallback,
  Options as EjsOptions,
  RenderFileCallback as EjsRenderFileCallback,
  RethrowCallback as EjsRethrowCallback,
  TemplateFunction as EjsTemplateFunction,
} from './ejs/ejs-types.ts'
import { includePath, resolveInclude } from './ejs/include-path.ts'
import { compileTemplate, type Defaults, escapeXML } from './ejs/template.ts'
import { TemplateOptionError } from './source/errors.ts'

/** A cache without limits. */
class MemoryCache implements EjsCache {
  private templates = new Map<string, EjsTemplateFunction>()
  get(key: string): EjsTemplateFunction | undefined {
    return this.templates.get(key)
  }
  set(key: string, value: EjsTemplateFunction): void {
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
  readonly templateText: string
  readonly opts: EjsOptions

  constructor(text: string, options?: EjsOptions) {
    this.templateText = text
    this.opts = ownOptions(options)
  }

  compile(): EjsTemplateFunction {
    return compileTemplate(this.templateText, this.opts, ejs, (name, options) =>
      includeFile(name, options),
    )
  }
}

interface Ejs extends Defaults {
  cache: EjsCache
  fileLoader: (path: string) => string | Buffer
  promiseImpl: PromiseConstructorLike | undefined
  resolveInclude: typeof resolveInclude
  compile(template: string, options: EjsOptions & { client: true }): EjsClientFunction
  compile(template: string, options?: EjsOptions): EjsTemplateFunction
  render(template: string, data?: object | null, options?: EjsOptions): string | Promise<string>
  renderFile(path: string, ...rest: RenderFileArguments): unknown
  __express(path: string, ...rest: RenderFileArguments): unknown
  clearCache(): void
  escapeXML: EjsEscapeCallback
  Template: typeof Template
}

type RenderFileArguments =
  | []
  | [data: object | null | undefined, options?: EjsOptions]
  | [callback: EjsRenderFileCallback]
  | [data: object | null | undefined, callback: EjsRenderFileCallback]
  | [data: object | null | undefined, options: EjsOptions, callback: EjsRenderFileCallback]

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
  compile: (template, options) => new Template(template, options).compile(),
  render: (template, data, options) => cached(ownOptions(options), template)(data),
  renderFile,
  __express: renderFile,
  clearCache: () => {
    if (ejs.cache.reset) ejs.cache.reset()
    else ejs.cache.clear?.()
  },
  escapeXML,
  Template,
}

function renderFile(filename: string, ...rest: RenderFileArguments): unknown {
  const args: unknown[] = [...rest]
  const callback =
    typeof args.at(-1) === 'function' ? (args.pop() as EjsRenderFileCallback) : undefined
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
function cached(options: EjsOptions, template?: string): EjsTemplateFunction {
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

function includeFile(name: string, options: EjsOptions): EjsTemplateFunction {
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
  type Cache = EjsCache
  type ClientFunction = EjsClientFunction
  type EscapeCallback = EjsEscapeCallback
  type IncluderCallback = EjsIncluderCallback
  type Options = EjsOptions
  type RenderFileCallback = EjsRenderFileCallback
  type RethrowCallback = EjsRethrowCallback
  type TemplateFunction = EjsTemplateFunction
}

export default ejs
export type {
  EjsCache as Cache,
  EjsClientFunction as ClientFunction,
  EjsEscapeCallback as EscapeCallback,
  EjsIncluderCallback as IncluderCallback,
  EjsOptions as Options,
  EjsRenderFileCallback as RenderFileCallback,
  EjsRethrowCallback as RethrowCallback,
  EjsTemplateFunction as TemplateFunction,
}
