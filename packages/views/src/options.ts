import { TemplateOptionError } from './source/errors.ts'
import { DEFAULT_DELIMITERS, type Delimiters } from './language/tokenize.ts'

/** Options of `createEngine()`, fixed when the engine is made: neither data nor a template changes one. */
export interface EngineOptions {
  /**
   * The folders that templates may come from; nothing outside them is ever read.
   *
   * @default the folder `views` of the working directory
   */
  readonly roots?: string | readonly string[] | undefined
  /**
   * Whether a template is read and compiled once, or anew for each rendering.
   *
   * @default true when `NODE_ENV` is `production`
   */
  readonly cache?: boolean | undefined
  /**
   * A folder that `tokkyu views compile` or `writeModules` has written: its templates are served without
   * the compiler, and stay as they are until `clearCache`. What they were compiled with counts, such as
   * `escapeBy` and `localsName`; `roots` say which file `renderFile` and Express mean.
   *
   * @default none: templates are compiled when they are first rendered
   */
  readonly compiled?: string | undefined
  /**
   * What is added to a template's name that has no extension.
   *
   * @default '.html'
   */
  readonly extension?: string | undefined
  /**
   * How `<%= %>` escapes: by the place in the page where it stands, or as EJS does, for text and
   * quoted attributes wherever it stands.
   *
   * @default 'context'
   */
  readonly escapeBy?: 'context' | 'html' | undefined
  /**
   * Whether compiled templates carry source maps, which `node --enable-source-maps` and debuggers
   * follow to the template.
   *
   * @default true without a cache
   */
  readonly sourceMaps?: boolean | undefined
  /** What a tag begins with, in front of `delimiter`; not blank. @default '<' */
  readonly openDelimiter?: string | undefined
  /** What makes a tag of the characters beside it, as in `<%` and `%>`; not blank. @default '%' */
  readonly delimiter?: string | undefined
  /** What a tag ends with, behind `delimiter`; not blank. @default '>' */
  readonly closeDelimiter?: string | undefined
  /** Whether white space at both ends of lines, and blank lines, are left out. @default false */
  readonly rmWhitespace?: boolean | undefined
  /** The name by which a template reaches all its data. @default 'locals' */
  readonly localsName?: string | undefined
  /** Whether the JavaScript of templates runs in strict mode. @default false */
  readonly strict?: boolean | undefined
  /**
   * Functions and values that every template can name. Data of the same name goes first.
   *
   * @default none
   */
  readonly helpers?: Readonly<Record<string, unknown>> | undefined
}

export interface ResolvedOptions {
  readonly compiled: string | undefined
  readonly escapeBy: 'context' | 'html'
  readonly sourceMaps: boolean
  readonly delimiters: Delimiters
  readonly rmWhitespace: boolean
  readonly localsName: string
  readonly strict: boolean
  readonly roots: readonly string[]
  readonly cache: boolean
  readonly extension: string
  readonly helpers: Readonly<Record<string, unknown>>
}

/** @throws {TemplateOptionError} for a value that the engine cannot work with. */
export function resolveOptions(given: EngineOptions = {}): ResolvedOptions {
  // Own properties only: an option must not come from a polluted prototype.
  const options: EngineOptions = Object.assign(Object.create(null), given)
  const {
    roots = 'views',
    extension = '.html',
    helpers = {},
    escapeBy = 'context',
    localsName = 'locals',
  } = options
  const list = typeof roots === 'string' ? [roots] : roots
  if (
    !Array.isArray(list) ||
    list.length === 0 ||
    !list.every((root) => typeof root === 'string' && root !== '')
  ) {
    throw new TemplateOptionError(
      'roots',
      'Cannot use `roots`: it must be a folder or a list of folders',
    )
  }
  if (typeof extension !== 'string' || !/^\.\w[\w.-]*$/.test(extension)) {
    throw new TemplateOptionError(
      'extension',
      `Cannot use the extension ${JSON.stringify(extension)}: it must look like ".html"`,
    )
  }
  if (escapeBy !== 'context' && escapeBy !== 'html') {
    throw new TemplateOptionError(
      'escapeBy',
      `Cannot escape by ${JSON.stringify(escapeBy)}: it must be "context" or "html"`,
    )
  }
  if (typeof localsName !== 'string' || !/^[a-z_$][\w$]*$/i.test(localsName)) {
    throw new TemplateOptionError(
      'localsName',
      `Cannot call the data ${JSON.stringify(localsName)}: it must be a name in JavaScript`,
    )
  }
  const { compiled } = options
  if (compiled !== undefined && (typeof compiled !== 'string' || compiled === '')) {
    throw new TemplateOptionError('compiled', 'Cannot use `compiled`: it must be a folder')
  }
  const cache = options.cache ?? process.env['NODE_ENV'] === 'production'
  return {
    compiled,
    escapeBy,
    sourceMaps: options.sourceMaps ?? !cache,
    delimiters: delimitersOf(options),
    rmWhitespace: options.rmWhitespace ?? false,
    localsName,
    strict: options.strict ?? false,
    roots: [...list],
    cache,
    extension,
    helpers: Object.assign(Object.create(null), helpers),
  }
}

function delimitersOf(options: EngineOptions): Delimiters {
  const delimiters = {
    open: options.openDelimiter ?? DEFAULT_DELIMITERS.open,
    mark: options.delimiter ?? DEFAULT_DELIMITERS.mark,
    close: options.closeDelimiter ?? DEFAULT_DELIMITERS.close,
  }
  for (const [option, text] of Object.entries(delimiters)) {
    if (typeof text === 'string' && text.trim() !== '') continue
    const name =
      { open: 'openDelimiter', mark: 'delimiter', close: 'closeDelimiter' }[option] ?? option
    throw new TemplateOptionError(
      name,
      `Cannot use ${JSON.stringify(text)} as \`${name}\`: it must be a text`,
    )
  }
  return delimiters
}
