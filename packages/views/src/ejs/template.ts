import path from 'node:path'

import { Blocks } from '../output/blocks.ts'
import { encodeRaw } from '../contexts/encoders.ts'
import { createHtmlEscaper } from '../escape-html.ts'
import { TemplateOptionError, TemplateSyntaxError } from '../source/errors.ts'
import { generate } from '../output/generate.ts'
import { bound, globalValue, instantiate, own, ownCopy } from '../output/instantiate.ts'
import { NO_LAYOUT } from '../transforms/layout-blocks.ts'
import type { Runtime } from '../output/runtime.ts'
import { positionAt, type Source } from '../source/source.ts'
import type { Delimiters } from '../language/tokenize.ts'
import { readText } from '../read-text.ts'
import { createClientFunction } from './client.ts'
import type { ClientFunction, EscapeCallback, Options, TemplateFunction } from './ejs-types.ts'
import { firstAwait } from './first-await.ts'

/** What a template takes from the `ejs` object when its options do not say it. */
export interface Defaults {
  /** What makes a tag of the characters beside it, as in `<%` and `%>`. @default '%' */
  delimiter?: string | undefined
  /** What a tag begins with, in front of `delimiter`. @default '<' */
  openDelimiter?: string | undefined
  /** What a tag ends with, behind `delimiter`. @default '>' */
  closeDelimiter?: string | undefined
  /** The name by which a template reaches all its data. @default 'locals' */
  localsName?: string | undefined
}

/** Finds, compiles and renders what a template includes. */
export type Include = (name: string, options: Options) => TemplateFunction

const escapeXmlText = createHtmlEscaper('&#34;', '&#39;')

/**
 * EJS's escape function: the five characters `& < > " '`, numbers for the quotes; nothing for `null` and
 * `undefined`.
 *
 * @example ejs.escapeXML('"') // '&#34;'
 */
export function escapeXML(markup?: unknown): string {
  if (typeof markup === 'string') return escapeXmlText(markup)
  // oxlint-disable-next-line typescript/no-base-to-string -- EJS prints an object by its own toString
  return markup === undefined || markup === null ? '' : escapeXmlText(String(markup))
}

/**
 * Compiles a template as EJS does: one escape function for every place, includes found when they
 * run. The language is ours, and with it the errors; `with` is not used.
 */
export function compileTemplate(
  text: string,
  options: Options,
  defaults: Defaults,
  include: Include,
): TemplateFunction | ClientFunction {
  const localsName = identifier('localsName', options.localsName || defaults.localsName || 'locals')
  const outputFunctionName = options.outputFunctionName
    ? identifier('outputFunctionName', options.outputFunctionName)
    : undefined
  const destructured = (options.destructuredLocals ?? []).map((name, i) =>
    identifier(`destructuredLocals[${i}]`, name),
  )
  const { filename, strict = false } = options
  const escape = options.escape || options.escapeFunction || escapeXML
  const source = { name: filename ?? 'ejs', text: ''.concat(text) }
  const program = withEjsWords(options, () => {
    const template = readText(source, {
      delimiters: delimitersOf(options, defaults),
      rmWhitespace: Boolean(options.rmWhitespace),
      words: 'no words',
    })
    const awaited = options.async ? undefined : firstAwait(template)
    if (awaited) {
      throw new TemplateSyntaxError(
        'TEMPLATE_SYNTAX',
        'To use `await`, pass `async: true` as an option',
        source,
        awaited,
      )
    }
    return generate(template, {
      contexts: undefined,
      links: [],
      layouts: undefined,
      blocks: NO_LAYOUT,
      localsName,
      bindNames: !strict && options['_with'] !== false,
      sharesLocals: true,
      strict,
      isAsync: options.async === true,
      trackPlace: options.compileDebug !== false,
      helpers: new Set(['escapeFn']),
      outputFunctionName,
      destructured,
      file: undefined,
      sourceMaps: false,
      forBrowser: options.client === true,
    })
  })
  if (options.debug) console.log(program.body)
  if (options.client) {
    const theirs = escape === escapeXML ? undefined : escape
    return withEjsWords(options, () => createClientFunction(program, source, options, theirs))
  }

  const runtime: Runtime = {
    text: escape,
    raw: encodeRaw,
    encoder: () => escape,
    rawIn: () => encodeRaw,
    ...NO_LAYOUTS,
    include: (name, locals, data) => include(name, options)(copyLocals(locals, data)),
    copy: options.unsafePrototypeLocals ? (locals) => locals : copyLocals,
    own: options.unsafePrototypeLocals ? (locals, name) => (locals as Locals)[name] : own,
    bound,
    fallback: (locals, name) => {
      if (name in locals) return undefined
      return name === 'escapeFn' ? escape : globalValue(name)
    },
    missing: (name, value, locals) => {
      if (value === null || name in locals) return value
      if (Object.hasOwn(globalThis, name)) return globalValue(name)
      throw new ReferenceError(`${name} is not defined`)
    },
    fail: (error, offset) =>
      options.compileDebug === false ? error : rethrown(error, source, offset, filename, escape),
  }
  const render = withEjsWords(options, () => instantiate(program, runtime))
  const templateFunction: TemplateFunction = function anonymous(data) {
    const locals = options.unsafePrototypeLocals ? (data ?? {}) : copyLocals(data)
    return render.call(options.context, locals)
  }
  if (filename !== undefined) {
    const name = path.basename(filename, path.extname(filename))
    Object.defineProperty(templateFunction, 'name', { value: name, configurable: true })
  }
  return templateFunction
}

/** EJS has neither layouts nor pagelets; `analyse` was not asked to find their words. */
const NO_LAYOUTS: Pick<Runtime, 'print' | 'layout' | 'blocks' | 'merge' | 'pagelet' | 'heed'> = {
  print: () => '',
  layout: () => () => '',
  merge: (locals) => locals,
  blocks: () => new Blocks(),
  pagelet: async () => '',
  heed: () => {},
}

type Locals = Record<string, unknown>

/** Own properties without the two names that lead to a prototype, as EJS copies them. */
function copyLocals(...objects: unknown[]): object {
  const copy = ownCopy(...objects) as Locals
  delete copy['__proto__']
  delete copy['constructor']
  return copy
}

const IDENTIFIER = /^[a-zA-Z_$][0-9a-zA-Z_$]*$/

function identifier(option: string, name: string): string {
  if (typeof name === 'string' && IDENTIFIER.test(name)) return name
  throw new TemplateOptionError(option, `${option} is not a valid JS identifier.`) // EJS's words
}

function delimitersOf(options: Options, defaults: Defaults): Delimiters {
  return {
    open: options.openDelimiter || defaults.openDelimiter || '<',
    mark: options.delimiter || defaults.delimiter || '%',
    close: options.closeDelimiter || defaults.closeDelimiter || '>',
  }
}

/** Adds to a syntax error the words by which programs recognise EJS's. */
function withEjsWords<T>(options: Options, step: () => T): T {
  try {
    return step()
  } catch (error) {
    if (
      error instanceof SyntaxError &&
      !(error instanceof TemplateSyntaxError && error.code === 'TEMPLATE_UNCLOSED_TAG')
    ) {
      const file = options.filename === undefined ? '' : ` in ${options.filename}`
      error.message += `${file} while compiling ejs`
    }
    throw error
  }
}

/** EJS's form of a run-time error: file and line, the lines around, the message. */
function rethrown(
  thrown: unknown,
  source: Source,
  offset: number,
  filename: string | undefined,
  escape: EscapeCallback,
): unknown {
  if (!(thrown instanceof Error)) return thrown
  const { line } = positionAt(source, offset)
  const lines = source.text.split('\n')
  const start = Math.max(line - 3, 0)
  const context = lines.slice(start, line + 3).map((text, i) => {
    const number = start + i + 1
    return `${number === line ? ' >> ' : '    '}${number}| ${text}`
  })
  const name = escape(filename)
  const error = thrown as Error & { path?: string }
  error.path = name
  error.message = `${name || 'ejs'}:${line}\n${context.join('\n')}\n\n${error.message}`
  return error
}
