import { addAbortSignal, type Readable } from 'node:stream'

import type { Compiled, CompiledStream } from './compile.ts'
import { forget } from './source/error-place.ts'
import { confine, locate } from './files/template-file.ts'
import { ServedTemplates } from './modules/served-templates.ts'
import { type EngineOptions, resolveOptions, type ResolvedOptions } from './options.ts'
import { plainLocals, renderOutermost } from './output/instantiate.ts'
import { heedRejections, type PageletFailure } from './pagelets/content.ts'
import type { WayBack } from './pagelets/placer.ts'
import { PageStream } from './stream/page-stream.ts'
import { writeStandalone } from './standalone/standalone.ts'
import { NameCache, TemplateSet } from './template-set.ts'
import type { TemplateArguments, TemplateName } from './templates.ts'

/** Called with `null` and the page, or with what was thrown and no page. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in Express: callbacks say which error they take
export type RenderCallback = (error: any, html?: string) => void

/** An engine as Express takes it; `stream` renders the same file while it is read. */
export interface ExpressEngine {
  (file: string, data: object, callback: RenderCallback): void
  /** Renders the template in a file while it is read, as `streamFile` does. */
  readonly stream: Engine['streamFile']
}

/** Options of one stream. */
export interface StreamOptions {
  /** Ends the stream when it is aborted, with an `AbortError`. @default none */
  readonly signal?: AbortSignal | undefined
  /**
   * How pagelets come: each when it is ready, whatever the order, or each in its place, as if it were
   * waited for there; that needs neither a script nor a new browser.
   *
   * @default 'out of order'
   */
  readonly pagelets?: 'in order' | 'out of order' | undefined
  /**
   * The nonce by which the page's Content-Security-Policy allows the script of pagelets.
   *
   * @default none
   */
  readonly nonce?: string | undefined
  /**
   * A link to the page with its pagelets in order, for a browser that can neither place them itself nor
   * runs scripts. Without, it stays with the fallbacks.
   *
   * @default none
   */
  readonly wayBack?: WayBack | undefined
  /**
   * Told of each pagelet that failed; the channel `tokkyu.views.pagelet-failed` is told, too.
   *
   * @default nobody is told
   */
  readonly onPageletFailure?: ((failure: PageletFailure) => void) | undefined
}

/** Renders the templates below its roots. */
export interface Engine {
  /**
   * Renders a template by its name below the roots; what the template itself throws comes out with its
   * place.
   *
   * @returns the text, or a promise of it when the template or one it includes awaits something.
   * @throws {TemplateNotFoundError} `TEMPLATE_NOT_FOUND`, when no root has the file.
   * @throws {TemplateOutsideRootsError} `TEMPLATE_OUTSIDE_ROOTS`, for a name that leads out of them.
   * @throws {TemplateNameError} `TEMPLATE_BAD_NAME`, for a name that is empty or no text.
   * @throws {TemplateCompileError} `TEMPLATE_SYNTAX`, `TEMPLATE_CONTEXT` and their like, for a template
   *   that does not compile.
   * @example const html = await engine.render('hello', { name: 'Ada' })
   */
  render<Name extends TemplateName>(
    name: Name,
    ...data: TemplateArguments<Name>
  ): string | Promise<string>
  /**
   * Renders a template while it is read: as bytes, for a stream of Node's or `for await`.
   *
   * Text leaves when the template waits for something, and whenever there are 16 KiB of it. What is
   * not read holds up the rendering, and destroying the stream ends it. What the template throws
   * destroys the stream, with its place; until the first text has left, that comes before any byte.
   *
   * @throws what `render` throws for a template that is not there or does not compile.
   * @example engine.stream('report', { rows }).pipe(res)
   */
  stream<Name extends TemplateName>(
    name: Name,
    ...given: [...data: TemplateArguments<Name>, options?: StreamOptions]
  ): Readable
  /**
   * The same for the template in a file, which must lie below the roots.
   *
   * @example engine.streamFile('views/report.html', { rows }).pipe(res)
   */
  streamFile(file: string, data?: object, options?: StreamOptions): Readable
  /**
   * Renders the template in a file, which must lie below the roots; errors are those of `render`, and
   * none is thrown at once: the promise rejects, or the callback is called with it.
   *
   * @example const html = await engine.renderFile('views/hello.html', { name: 'Ada' })
   */
  renderFile(file: string, data?: object): Promise<string>
  renderFile(file: string, data: object | undefined, callback: RenderCallback): void
  /** What Express's `app.engine(extension, …)` takes. @example app.engine('html', engine.express) */
  readonly express: ExpressEngine
  /**
   * Writes a template as the text of a function `(data) => string` that stands alone, for a browser
   * or a worker: with what it includes and the encoders it uses, and nothing else. The engine's
   * `helpers` are left behind: such names are looked for in the data.
   *
   * @returns an expression whose value is the function, which gives a promise when the template awaits.
   * @throws {TemplateOptionError} TEMPLATE_BAD_OPTION for what only the engine can do: layouts and
   *   blocks, includes by computed names, and raw output unless `escapeBy` is `'html'`.
   * @example
   * res.type('js').send(`export default ${engine.standalone('parts/row')}`)
   */
  standalone(name: string): string
  /** Forgets all compiled templates: the next rendering reads their files again. */
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
  const collection = collectionOf(options)
  let kept = collection()
  // Without a cache one rendering still reads each of its templates once.
  const isKept = options.cache || options.compiled !== undefined
  const templates = (): Templates => (isKept ? kept : collection())

  const located = new NameCache(isKept, (name) => kept.locate(name))
  const confined = new NameCache(isKept, (file) => kept.confine(file))
  const renderConfined = (file: string, data: unknown): string | Promise<string> =>
    start(templates().load(confined.get(file)), data)

  const express = (file: string, data: object, callback: RenderCallback): void => {
    let html: string | Promise<string>
    try {
      html = renderConfined(file, data)
    } catch (error) {
      return callback(error)
    }
    if (typeof html === 'string') return callback(null, html)
    return void handOver(html, callback)
  }
  const streamFile: Engine['streamFile'] = (file, data, how) =>
    startStream(templates().stream(confined.get(file)), data, how)

  const engine: Engine = {
    render: (name: string, data?: object) => start(templates().load(located.get(name)), data),
    renderFile: ((file: string, data?: object, callback?: RenderCallback) => {
      if (callback) return engine.express(file, data ?? {}, callback)
      return new Promise<string>((resolve) => resolve(renderConfined(file, data)))
    }) as Engine['renderFile'],
    stream: (name: string, data?: object, how?: StreamOptions) =>
      startStream(templates().stream(located.get(name)), data, how),
    streamFile,
    express: Object.assign(express, { stream: streamFile }),
    standalone: (name) => writeStandalone(locate(name, options), options),
    clearCache: () => {
      kept = collection()
      confined.clear()
      located.clear()
    },
  }
  return engine
}

/** Where an engine has its templates from; a file is named by what finds it. */
interface Templates {
  locate(name: string): string
  confine(file: string): string
  load(file: string): Pick<Compiled, 'render'>
  stream(file: string): Pick<CompiledStream, 'render'>
}

function collectionOf(options: ResolvedOptions): () => Templates {
  const { compiled, roots, extension } = options
  if (compiled !== undefined) return () => new ServedTemplates(compiled, options)
  return () => {
    const set = new TemplateSet(options)
    return {
      locate: (name) => locate(name, { roots, extension }),
      confine: (file) => confine(file, roots),
      load: (file) => set.load(file),
      stream: (file) => set.stream(file),
    }
  }
}

function start({ render }: Pick<Compiled, 'render'>, data: unknown): string | Promise<string> {
  return renderOutermost(render, data, forget)
}

function startStream(
  { render }: Pick<CompiledStream, 'render'>,
  data: unknown,
  { signal, pagelets, nonce, wayBack, onPageletFailure }: StreamOptions = {},
): Readable {
  const locals = plainLocals(data)
  heedRejections(locals)
  const stream = new PageStream((page) => render(locals, undefined, undefined, page), {
    inOrder: pagelets === 'in order',
    nonce,
    wayBack,
    onFailure: onPageletFailure,
  })
  return signal ? addAbortSignal(signal, stream) : stream
}

/** Out of the promise: what the callback throws is its own affair, not a rejection of ours. */
async function handOver(html: Promise<string>, callback: RenderCallback): Promise<void> {
  try {
    process.nextTick(callback, null, await html)
  } catch (error) {
    process.nextTick(callback, error)
  }
}
