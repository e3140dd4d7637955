import type { Template } from './analyse.ts'
import type { IncludeCall } from './structure.ts'
import type { Context } from './contexts/context.ts'
import { editsOf } from './edits.ts'
import type { EncoderName } from './contexts/encoders.ts'
import type { LayoutBlocks } from './layout-blocks.ts'
import { Places } from './places.ts'
import { namingOf } from './naming.ts'
import { ownNames, prologue } from './prologue.ts'
import { isBodyOnly } from './layout-words.ts'
import { type Segment, sourceMapUrl } from './source-map.ts'
import type { Contexts } from './transforms/escape-by-context.ts'
import { BodyWriter } from './write-body.ts'

/** A program to hand to `new Function`; names that start with `mark` are ours. */
export interface GeneratedProgram {
  /** The body of a function that returns the render function. */
  readonly body: string
  /** What no name of the template starts with. */
  readonly mark: string
  readonly isAsync: boolean
  /** Where its parts come from. */
  readonly segments: readonly Segment[]
  /** The places that the program names by number. */
  readonly places: readonly Context[]
  /** The encoders that it names by number. */
  readonly encoders: readonly EncoderName[]
}

/** An include whose template was found when its caller was compiled. */
export interface Link<Target = unknown> {
  readonly include: IncludeCall
  readonly target: Target
  /** Whether the generated program has to await it. */
  readonly awaits: boolean
}

export interface GenerateOptions {
  /** The layouts that the template names; undefined when a name is only known at run time. */
  readonly layouts: readonly unknown[] | undefined
  /** Where each output stands; without, all are escaped as text. */
  readonly contexts: Contexts | undefined
  readonly links: readonly Link[]
  /** What the layouts of the template have blocks for. */
  readonly blocks: LayoutBlocks
  /** The name by which a template reaches all its data. */
  readonly localsName: string
  /** Whether names become local bindings; without, they are looked up as JavaScript does. */
  readonly bindNames: boolean
  /** Whether what is changed in all the data is changed in its names too, as it is in EJS. */
  readonly sharesLocals: boolean
  readonly strict: boolean
  readonly isAsync: boolean
  /** Whether each tag notes its place, for errors. */
  readonly trackPlace: boolean
  /** Names that have a value when the data has none: helpers of the engine. */
  readonly helpers: ReadonlySet<string>
  /** A name of a function that prints its argument (EJS's `outputFunctionName`). */
  readonly outputFunctionName: string | undefined
  /** Names that are always read from the data, even unbound (EJS's `destructuredLocals`). */
  readonly destructured: readonly string[] | undefined
  /** The template's file, for stack traces and debuggers. */
  readonly file: string | undefined
  /** Whether the program carries a source map. */
  readonly sourceMaps: boolean
  /** Whether it is text for a browser: what the template prints must not end a script around it. */
  readonly forBrowser: boolean
}

/**
 * Writes the JavaScript of a render function. Only here and in the stages it calls are strings quoted.
 *
 * Lines are kept: line n of the template stands `LINES_BEFORE` lines further down, so that a stack
 * trace can be read without a source map.
 */
export function generate(template: Template, options: GenerateOptions): GeneratedProgram {
  const mark = unusedMark(template.source.text)
  const places = new Places()
  const naming = namingOf(template, options)
  const edits = editsOf(template, options, places, naming, mark)
  const writer = new BodyWriter(template, options, edits, places, mark)
  const body = writer.body()
  const end = goOnWithLayout(template, options, mark)
  const code =
    `${options.strict ? '"use strict";' : ''}${writer.constants()}` +
    // In parentheses, by which V8 compiles it at once: else it is read now, and again when called.
    `return (${options.isAsync ? 'async ' : ''}function template(${mark}L,${mark}C,${mark}K){` +
    prologue(template, options, naming, mark) +
    `let ${mark}o="",${mark}p=0,${mark}v;${ownFunctions(template, options, mark)}try{` +
    (naming.looksUp ? `with(${mark}W){${ownNames(template, options, naming, mark)}` : '') +
    `\n${body}\n;${naming.looksUp ? '}' : ''}${end}}catch(${mark}e){throw ${mark}.fail(${mark}e,${mark}p)}` +
    `return ${mark}o})`
  return {
    body: code + urls(template, options, writer.segments),
    segments: writer.segments,
    mark,
    isAsync: options.isAsync,
    places: places.list,
    encoders: writer.encoders,
  }
}

/** Names the program, and with source maps says what it was made from. */
function urls(
  { source }: Template,
  { file, sourceMaps }: GenerateOptions,
  segments: readonly Segment[],
): string {
  if (file === undefined) return ''
  const map = sourceMaps ? `\n//# sourceMappingURL=${sourceMapUrl(source, file, segments)}` : ''
  return `${map}\n//# sourceURL=${programUrl(file)}\n`
}

/** The name of a template's program in stack traces: not the template's own, whose lines differ. */
export function programUrl(file: string): string {
  return `${encodeURI(file)}.compiled.js`
}

/** A string literal; for a browser without the character by which a script element could end. */
export function quote(text: string, { forBrowser }: Pick<GenerateOptions, 'forBrowser'>): string {
  const literal = JSON.stringify(text)
  return forBrowser ? literal.replaceAll('<', '\\u003c') : literal
}

/** Our names start with this; a template can only see them by containing it. */
export function unusedMark(text: string): string {
  let mark = 't$'
  while (text.includes(mark)) mark += '$'
  return mark
}

/** Hands what was printed to the layout, if one was chosen. */
function goOnWithLayout(template: Template, { layouts }: GenerateOptions, mark: string): string {
  if (!template.words.some(({ word }) => word === 'layout')) return ''
  const locals = `${mark}Y===undefined?${mark}L:${mark}.merge(${mark}L,${mark}Y)`
  const blocks = `${mark}G===undefined?${mark}K:${mark}G.with(${mark}K)`
  const layout = layouts ? `${mark}y[${mark}N]` : `${mark}.layout(${mark}N)`
  return `if(${mark}N!==undefined)return ${layout}(${locals},${mark}o,${blocks});`
}

/** Variables and functions that reach into what the template has printed so far. */
function ownFunctions(template: Template, options: GenerateOptions, mark: string): string {
  const { outputFunctionName, blocks } = options
  let code = ''
  if (outputFunctionName !== undefined) {
    code += `var ${outputFunctionName}=(s)=>{if(s!=null)${mark}o+=s};`
  }
  const { words } = template
  if (words.some(({ word }) => word === 'layout')) code += `let ${mark}N,${mark}Y,${mark}G;`
  const calls = words.filter((call) => call.word !== 'layout' && !isBodyOnly(call))
  if (calls.length === 0) return code
  const waits = calls.some(({ awaits }) => awaits)
  // What a function prints is taken out of the page; a value stays what it is.
  const take = (wait: string): string =>
    `if(typeof f!=="function")return f;const s=${mark}o;${mark}o="";` +
    `try{${wait}f();return ${mark}.markup(${mark}o,p)}finally{${mark}o=s}`
  code += `const ${mark}S=(f,p)=>{${take('')}};`
  if (waits) code += `const ${mark}Sa=async(f,p)=>{${take('await ')}};`
  if (calls.some(({ word, name }) => blocks.defines(word, name))) {
    const add = `(${mark}G??=${mark}.blocks()).add`
    code += `const ${mark}D=(w,p,n,f)=>{${add}(w,n,${mark}S(f,p))};`
    if (waits) code += `const ${mark}Da=async(w,p,n,f)=>{${add}(w,n,await ${mark}Sa(f,p))};`
  }
  if (calls.some(({ word, name }) => !blocks.defines(word, name))) {
    const given = `${mark}C,${mark}K,n`
    const print = (part: string): string =>
      `${mark}.print(${given},p,${mark}.replaced(${given})?undefined:${part})`
    code += `const ${mark}B=(w,p,n,f)=>${print(`${mark}S(f,p)`)};`
    if (waits) code += `const ${mark}Ba=async(w,p,n,f)=>${print(`await ${mark}Sa(f,p)`)};`
  }
  return code
}
