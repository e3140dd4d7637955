import { readFileSync } from 'node:fs'
import path from 'node:path'

import { compile } from './compile.ts'
import { encodeRaw, encodeText } from './encoders.ts'
import { fail } from './fail.ts'
import type { RenderFunction } from './instantiate.ts'
import { confine, locate } from './locate.ts'
import { nearestName } from './nearest-name.ts'
import { type EngineOptions, resolveOptions } from './options.ts'
import { mergeLocals, own, ownCopy, plainLocals, type Runtime } from './runtime.ts'
import type { Source } from './source.ts'
import { DEFAULT_DELIMITERS } from './tokenize.ts'

export type RenderCallback = (error: unknown, html?: string) => void

/** Renders the templates below its roots. */
export interface Engine {
  /**
   * Renders a template by its name below the roots.
   *
   * @returns the text, or a promise of it when the template or one it includes awaits something.
   */
  render(name: string, data?: object): string | Promise<string>
  /** Renders the template in a file, which must lie below the roots. */
  renderFile(file: string, data?: object): Promise<string>
  renderFile(file: string, data: object | undefined, callback: RenderCallback): void
  /** What Express's `app.engine(extension, …)` takes. */
  readonly express: (file: string, data: object, callback: RenderCallback) => void
  /** Forgets all compiled templates. */
  clearCache(): void
}

/**
 * Makes an engine. Its options are fixed here; data can never reach them.
 *
 * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION
 * @example
 * const engine = createEngine({ roots: 'views' })
 * const html = await engine.render('hello', { name: 'Ada' })
 */
export function createEngine(given?: EngineOptions): Engine {
  const options = resolveOptions(given)
  const { roots, extension, helpers } = options
  const compiled = new Map<string, RenderFunction>()
  const helperNames = new Set(Object.keys(helpers))

  const load = (file: string): RenderFunction => {
    const known = compiled.get(file)
    if (known) return known
    const source = { name: path.relative('', file) || file, text: readTemplate(file) }
    const render = compile(
      source,
      {
        delimiters: DEFAULT_DELIMITERS,
        rmWhitespace: false,
        localsName: 'locals',
        bindNames: true,
        strict: false,
        trackPlace: true,
        functionName: 'template',
        helpers: helperNames,
        guardMissing: true,
      },
      runtimeFor(source, file),
    )
    if (options.cache) compiled.set(file, render)
    return render
  }

  const runtimeFor = (source: Source, file: string): Runtime => ({
    text: encodeText,
    raw: encodeRaw,
    include: (name, locals, data) =>
      load(locate(name, { roots, extension: path.extname(file) || extension }, file))(
        mergeLocals(locals, data),
      ),
    copy: ownCopy,
    own,
    fallback: (locals, name) => {
      if (Object.hasOwn(locals, name)) return undefined
      if (Object.hasOwn(helpers, name)) return helpers[name]
      return Object.hasOwn(globalThis, name)
        ? (globalThis as Record<string, unknown>)[name]
        : undefined
    },
    missing: (name, locals) => {
      if (Object.hasOwn(locals, name)) return undefined
      if (Object.hasOwn(globalThis, name)) return (globalThis as Record<string, unknown>)[name]
      const nearest = nearestName(name, [...Object.keys(locals), ...helperNames])
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
      throw new ReferenceError(`${name} is not defined${hint}`)
    },
    fail: (error, offset) => fail(error, source, offset),
  })

  const renderConfined = (file: string, data: unknown): string | Promise<string> => {
    const known = compiled.get(file)
    return (known ?? load(confine(file, roots)))(plainLocals(data))
  }

  const engine: Engine = {
    render: (name, data) => load(locate(name, { roots, extension }))(plainLocals(data)),
    renderFile: ((file: string, data?: object, callback?: RenderCallback) => {
      if (callback) return engine.express(file, data ?? {}, callback)
      return new Promise<string>((resolve) => resolve(renderConfined(file, data)))
    }) as Engine['renderFile'],
    express: (file, data, callback) => {
      let html: string | Promise<string>
      try {
        html = renderConfined(file, data)
      } catch (error) {
        return callback(error)
      }
      if (typeof html === 'string') return callback(null, html)
      html.then(
        (text) => callback(null, text),
        (error: unknown) => callback(error),
      )
    },
    clearCache: () => compiled.clear(),
  }
  return engine
}

/** Templates are UTF-8; a byte order mark is not part of the page. */
function readTemplate(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
}
