/** Turns a value into the text that `<%= %>` prints. */
// Taken from a method, whose parameters are compared both ways: a function that wants a text fits.
export type EscapeCallback = { method(markup?: unknown): string }['method']

/** What a template gives: a text, or the promise of one with `async: true`. */
type Rendered = string | Promise<string>

/** A compiled template, whatever its options said of `async`. */
export type TemplateFunction<Result extends Rendered = Rendered> = (data?: object | null) => Result
/** A compiled template: gives the text for some data. */
export type SyncTemplateFunction = TemplateFunction<string>
/** A template compiled with `async: true`: gives a promise of the text for some data. */
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

/** A template compiled with `client: true`; its text, `toString()`, is all that a browser needs. */
export type SyncClientFunction = ClientFunction<string>
/** A template compiled with `client: true` and `async: true`: gives a promise of the text. */
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
  /** The template kept under a file name; undefined when there is none. */
  get(key: string): TemplateFunction | undefined
  /** Keeps a compiled template under its file name. */
  set(key: string, value: TemplateFunction): unknown
  /** Forgets all templates; `ejs.clearCache()` calls it. */
  reset?(): void
  /** The same, for a cache that has no `reset`. */
  clear?(): void
}

/**
 * Decides what an include reads: another file by `filename`, or a text by `template`; where it gives
 * neither, `parsedPath`.
 *
 * @param originalPath - as the include has it.
 * @param parsedPath - the file that would be read; undefined when none was found.
 */
export type IncluderCallback = (
  originalPath: string,
  parsedPath: string | undefined,
) => { filename?: string; template?: string } | string | undefined

/** EJS's options, with EJS's meaning and defaults. */
export interface Options {
  /**
   * Keeps what is compiled in `ejs.cache` under its `filename`, which then must be given: else
   * `TEMPLATE_BAD_OPTION`. `compile` itself keeps nothing.
   *
   * @default false
   */
  cache?: boolean | undefined
  /**
   * The file of the template: includes are looked for beside it, errors name it, the cache knows it by
   * it. `renderFile` sets it.
   *
   * @default none
   */
  filename?: string | undefined
  /**
   * Where an include that begins with `/` is looked for; of a list the first folder that has it.
   *
   * @default '/'
   */
  root?: string | readonly string[] | undefined
  /** Folders in which an include is looked for that is not beside its template. @default none */
  views?: readonly string[] | undefined
  /** What `this` is in the template; a `client` function has that of its call. @default undefined */
  context?: unknown
  /** Whether an error that the template throws is given file, line and the lines around. @default true */
  compileDebug?: boolean | undefined
  /** What makes a tag of the characters beside it, as in `<%` and `%>`. @default `ejs.delimiter`, or '%' */
  delimiter?: string | undefined
  /** What a tag begins with, in front of `delimiter`. @default `ejs.openDelimiter`, or '<' */
  openDelimiter?: string | undefined
  /** What a tag ends with, behind `delimiter`. @default `ejs.closeDelimiter`, or '>' */
  closeDelimiter?: string | undefined
  /** Prints the program that was made of the template, by `console.log`. @default false */
  debug?: boolean | undefined
  /** Runs the template in strict mode; data is then reached by `locals.name` only. @default false */
  strict?: boolean | undefined
  /** Whether the template reaches data by bare names; `false` leaves `locals.name`. @default true */
  _with?: boolean | undefined
  /**
   * Also shows the template what its data inherits, `__proto__` and `constructor`: for data that you
   * made yourself only.
   *
   * @default false
   */
  unsafePrototypeLocals?: boolean | undefined
  /**
   * Names of data that the template reaches by bare names also with `strict` or without `_with`; each
   * must be an identifier, else `TEMPLATE_BAD_OPTION`.
   *
   * @default none
   */
  destructuredLocals?: readonly string[] | undefined
  /**
   * The name by which the template reaches all its data; an identifier, else `TEMPLATE_BAD_OPTION`.
   *
   * @default `ejs.localsName`, which is 'locals'
   */
  localsName?: string | undefined
  /** Whether white space at both ends of lines, and blank lines, are left out. @default false */
  rmWhitespace?: boolean | undefined
  /** What `<%= %>` prints a value by. @default `ejs.escapeXML` */
  escape?: EscapeCallback | undefined
  /** Another name of `escape`, which goes first. @default none */
  escapeFunction?: EscapeCallback | undefined
  /**
   * The name of a function that code in the template prints by, unescaped; an identifier, else
   * `TEMPLATE_BAD_OPTION`.
   *
   * @default none
   */
  outputFunctionName?: string | undefined
  /**
   * Lets the template `await`: it then gives a promise. Without it an `await` is `TEMPLATE_SYNTAX`.
   *
   * @default false
   */
  async?: boolean | undefined
  /**
   * Whether the compiled function stands alone: its text can be sent to a browser and run there.
   *
   * @default false
   */
  client?: boolean | undefined
  /** Decides what each include reads. @default none: the file that was found */
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
