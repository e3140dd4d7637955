/** Turns a value into the text that `<%= %>` prints. */
// Taken from a method, whose parameters are compared both ways: a function that wants a text fits.
export type EscapeCallback = { method(markup?: unknown): string }['method']

/** What a template gives: a text, or the promise of one with `async: true`. */
type Rendered = string | Promise<string>

/** A compiled template, whatever its options said of `async`. */
export type TemplateFunction<Result extends Rendered = Rendered> = (data?: object | null) => Result
export type SyncTemplateFunction = TemplateFunction<string>
export type AsyncTemplateFunction = TemplateFunction<Promise<string>>

/**
 * A template compiled with `client: true`. It needs nothing but its arguments, so that its text
 * (`toString()`) is all that a browser needs.
 *
 * @param escapeFn - what `<%= %>` prints by, in place of the one that the function has.
 * @param include - gives the text of what the template includes; without, an include throws.
 * @param rethrow - called with an error, the template's text and file name, the line counted from 1,
 *   and the escape function; it throws what is to be thrown.
 */
export type ClientFunction<Result extends Rendered = Rendered> = (
  data?: object | null,
  escapeFn?: EscapeCallback | null,
  include?: ((path: string, data?: object) => unknown) | null,
  rethrow?: RethrowCallback | null,
) => Result

export type SyncClientFunction = ClientFunction<string>
export type AsyncClientFunction = ClientFunction<Promise<string>>

/** Throws what is to be thrown for an error of a client function. */
// Taken from a method, as `EscapeCallback` is: the error may be annotated.
export type RethrowCallback = {
  method(
    error: unknown,
    template: string,
    filename: string | undefined,
    line: number,
    escapeFn: EscapeCallback,
  ): void
}['method']

/** What `ejs.cache` must be able to do; `lru-cache` fits. */
export interface Cache {
  get(key: string): TemplateFunction | undefined
  set(key: string, value: TemplateFunction): unknown
  reset?(): void
  clear?(): void
}

/** Decides what an include reads; see EJS's `includer`. */
export type IncluderCallback = (
  originalPath: string,
  parsedPath: string | undefined,
) => { filename?: string; template?: string } | string | undefined

/** EJS's options, with EJS's meaning and defaults. */
export interface Options {
  cache?: boolean | undefined
  filename?: string | undefined
  root?: string | readonly string[] | undefined
  views?: readonly string[] | undefined
  context?: unknown
  compileDebug?: boolean | undefined
  delimiter?: string | undefined
  openDelimiter?: string | undefined
  closeDelimiter?: string | undefined
  debug?: boolean | undefined
  strict?: boolean | undefined
  _with?: boolean | undefined
  unsafePrototypeLocals?: boolean | undefined
  destructuredLocals?: readonly string[] | undefined
  localsName?: string | undefined
  rmWhitespace?: boolean | undefined
  escape?: EscapeCallback | undefined
  escapeFunction?: EscapeCallback | undefined
  outputFunctionName?: string | undefined
  async?: boolean | undefined
  /** Whether the compiled function stands alone: its text can be sent to a browser and run there. */
  client?: boolean | undefined
  includer?: IncluderCallback | undefined
}

/**
 * Called with what a template printed, or with the error and no text; `renderFile` gives what it gives.
 *
 * With `async: true` the second argument is the promise of a text.
 */
export type RenderFileCallback<Result = unknown, Html extends Rendered = string> = (
  error: Error | null,
  html: Html,
) => Result
