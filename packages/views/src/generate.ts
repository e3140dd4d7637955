import type { CallExpression } from 'acorn'

import type { Template } from './analyse.ts'
import type { TagNode } from './ast.ts'
import { type Context, TEXT } from './contexts/html-context.ts'
import { contextKey } from './contexts/join.ts'
import { expressionText } from './draft.ts'
import type { EncoderName } from './encoders.ts'
import type { RenderFunction } from './instantiate.ts'
import type { Contexts } from './transforms/escape-by-context.ts'

/** A program to hand to `new Function`; names that start with `mark` are ours. */
export interface GeneratedProgram {
  /** The body of a function that returns the render function. */
  readonly body: string
  /** What no name of the template starts with. */
  readonly mark: string
  readonly isAsync: boolean
  /** The places that the program names by number. */
  readonly contexts: readonly Context[]
}

/** An include whose template was found when its caller was compiled. */
export interface Link {
  readonly call: CallExpression
  readonly render: RenderFunction
  /** Whether the generated program has to await it. */
  readonly awaits: boolean
}

export interface GenerateOptions {
  /** Where each output stands; without, all are escaped as text. */
  readonly contexts?: Contexts | undefined
  readonly links?: readonly Link[]
  /** The name by which a template reaches all its data. */
  readonly localsName: string
  /** Whether names become local bindings; without, they are looked up as JavaScript does. */
  readonly bindNames: boolean
  readonly strict: boolean
  readonly isAsync: boolean
  /** Whether each tag notes its place, for errors. */
  readonly trackPlace: boolean
  /** The name of the render function, as stack traces show it. */
  readonly functionName: string
  /** Names with a value that data may lack: helpers of the engine. */
  readonly helpers: ReadonlySet<string>
  /** A name of a function that prints its argument (EJS's `outputFunctionName`). */
  readonly outputFunctionName?: string | undefined
  /** Names that are always read from the data, even unbound (EJS's `destructuredLocals`). */
  readonly destructured?: readonly string[] | undefined
  readonly sourceUrl?: string | undefined
  /** Whether a missing name is reported by us, with the nearest known one. */
  readonly guardMissing: boolean
}

/** A replacement in the template's own JavaScript; `start === end` inserts. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Writes the JavaScript of a render function. This is the only place that quotes strings.
 *
 * Lines are kept: what stands on line n of the template stands on line n + 1 of the body, so that
 * stack traces of the engine are right without a source map.
 */
export function generate(template: Template, options: GenerateOptions): GeneratedProgram {
  const mark = unusedMark(template.source.text)
  const writer = new Writer(template, options, mark)
  const { isAsync } = options
  const body = writer.body()
  const declare = prologue(template, options, mark) + writer.dynamicIncludes()
  const strict = options.strict ? '"use strict";' : ''
  const head = `${strict}${writer.constants()}return ${isAsync ? 'async ' : ''}function ${options.functionName}(${mark}L){`
  const code =
    `${head}${declare}let ${mark}o="",${mark}p=0,${mark}v;${output(options, mark)}try{\n` +
    `${body}\n}catch(${mark}e){throw ${mark}.fail(${mark}e,${mark}p)}return ${mark}o}`
  const url = options.sourceUrl === undefined ? '' : `\n//# sourceURL=${options.sourceUrl}\n`
  return { body: code + url, mark, isAsync, contexts: writer.contexts }
}

function output({ outputFunctionName }: GenerateOptions, mark: string): string {
  if (outputFunctionName === undefined) return ''
  return `var ${outputFunctionName}=(${mark}s)=>{if(${mark}s!=null)${mark}o+=${mark}s};`
}

/** Our names start with this; a template can only see them by containing it. */
function unusedMark(text: string): string {
  let mark = 't$'
  while (text.includes(mark)) mark += '$'
  return mark
}

// Names that cannot be bound, or that mean the same everywhere.
const NEVER_BOUND = new Set(['undefined', 'NaN', 'Infinity', 'eval', 'arguments', 'include'])
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Declares the template's free names as local variables with the values of the data. */
function prologue(template: Template, options: GenerateOptions, mark: string): string {
  const { localsName, bindNames } = options
  const names = bindNames ? namesToBind(template, options) : []
  let code = ''
  if (template.free.some(({ name }) => name === 'include')) {
    code += `const include=(${mark}n,${mark}d)=>${mark}.include(${mark}n,${mark}L,${mark}d,-1);`
  }
  if (template.free.some(({ name }) => name === localsName)) {
    code += `let ${localsName}=${mark}.copy(${mark}L);`
  }
  const bindings = names.map((name) => `${name}=${valueOf(name, options, mark)}`)
  if (bindings.length > 0) code += `let ${bindings.join(',')};`
  // EJS: `var title = title || 'none'` sees the local of that name.
  const vars = bindNames ? [...template.vars] : []
  for (const name of vars) code += `var ${name}=${valueOf(name, options, mark)};`
  for (const name of options.destructured ?? []) {
    if (!names.includes(name)) code += `var ${name}=${mark}L.${name};`
  }
  return code
}

function namesToBind(
  template: Template,
  { localsName, outputFunctionName }: GenerateOptions,
): string[] {
  const names = new Set<string>()
  for (const { name } of template.free) {
    if (!NEVER_BOUND.has(name) && name !== localsName && name !== outputFunctionName)
      names.add(name)
  }
  return [...names]
}

function valueOf(name: string, { helpers }: GenerateOptions, mark: string): string {
  if (INHERITED.has(name)) return `${mark}.own(${mark}L,"${name}")`
  if (helpers.has(name) || Object.hasOwn(globalThis, name)) {
    return `${mark}L.${name}===undefined?${mark}.fallback(${mark}L,"${name}"):${mark}L.${name}`
  }
  return `${mark}L.${name}`
}

/** Writes the statements of the template in order, keeping its line breaks. */
class Writer {
  private code = ''
  private line = 0
  private sourceLine = 0
  private sourceDone = 0
  private readonly edits: readonly Edit[]
  private nextEdit = 0
  private readonly encoders: EncoderName[] = []
  private readonly rawPlaces: number[] = []
  private readonly contextKeys = new Map<string, number>()
  readonly contexts: Context[] = []
  private readonly template: Template
  private readonly options: GenerateOptions
  private readonly mark: string

  constructor(template: Template, options: GenerateOptions, mark: string) {
    this.template = template
    this.options = options
    this.mark = mark
    this.edits = [...editsOf(template, options, mark), ...this.includeEdits()].toSorted(
      (a, b) => a.start - b.start,
    )
  }

  /** What the render function needs and is the same for each call of it. */
  constants(): string {
    const { mark } = this
    const constants = this.encoders.map((name, i) => `${mark}e${i}=${mark}.encoder(${quote(name)})`)
    for (const i of this.rawPlaces) constants.push(`${mark}r${i}=${mark}.rawIn(${i})`)
    for (const i of (this.options.links ?? []).keys())
      constants.push(`${mark}i${i}=${mark}.links[${i}]`)
    return constants.length === 0 ? '' : `const ${constants.join(',')};`
  }

  /** Functions for includes whose name is known only when they run, one for each place. */
  dynamicIncludes(): string {
    const { mark } = this
    return [...this.dynamicPlaces]
      .map((i) => `const ${mark}d${i}=(n,d)=>${mark}.include(n,${mark}L,d,${i});`)
      .join('')
  }

  private readonly dynamicPlaces = new Set<number>()

  private includeEdits(): Edit[] {
    const { mark, template } = this
    const { links = [], contexts } = this.options
    const edits: Edit[] = []
    for (const { call, tag } of template.includes) {
      const i = links.findIndex((link) => link.call === call)
      const { start, end } = call.callee
      const link = links[i]
      if (link) {
        edits.push({ start, end, text: link.awaits ? `(await ${mark}i${i}` : `${mark}i${i}` })
        if (link.awaits) edits.push({ start: call.end, end: call.end, text: ')' })
        const [name] = call.arguments
        if (name) edits.push({ start: name.start, end: name.end, text: `${mark}L` })
      } else if (contexts && tag) {
        const place = this.contextNumber(contexts.places.get(tag) ?? TEXT)
        this.dynamicPlaces.add(place)
        edits.push({ start, end, text: `${mark}d${place}` })
      }
    }
    return edits
  }

  private contextNumber(context: Context): number {
    const key = contextKey(context)
    let number = this.contextKeys.get(key)
    if (number === undefined) {
      number = this.contexts.push(context) - 1
      this.contextKeys.set(key, number)
    }
    return number
  }

  private encoder(node: TagNode): string {
    const { contexts } = this.options
    const { mark } = this
    if (!contexts) return `${mark}.${node.type === 'raw' ? 'raw' : 'text'}`
    if (node.type === 'raw') {
      // What an include prints was compiled for its place.
      if (this.template.includes.some(({ tag }) => tag === node)) return `${mark}.raw`
      const place = this.contextNumber(contexts.places.get(node) ?? TEXT)
      if (!this.rawPlaces.includes(place)) this.rawPlaces.push(place)
      return `${mark}r${place}`
    }
    const name = contexts.encoders.get(node) as EncoderName // each escaped output has one
    const known = this.encoders.indexOf(name)
    return `${mark}e${known === -1 ? this.encoders.push(name) - 1 : known}`
  }

  body(): string {
    const { nodes, source } = this.template
    for (const node of nodes) {
      if (node.type === 'text') {
        this.alignTo(node.start)
        this.print(quote(node.value))
      } else if (node.type === 'code') {
        this.alignTo(node.codeStart)
        this.code += `;${this.place(node)}`
        this.copy(node, source.text.slice(node.codeStart, node.codeEnd))
      } else if (node.type !== 'comment') {
        this.alignTo(node.codeStart)
        this.output(node)
      }
    }
    return this.code
  }

  private output(node: TagNode): void {
    const { mark, template } = this
    const encoder = this.encoder(node)
    // `o += f()` reads `o` before it calls `f`: what f prints itself would be lost.
    const holds = template.printsInFunction || this.options.outputFunctionName !== undefined
    this.code += `;${this.place(node)}${holds ? `${mark}v` : `${mark}o+`}=${encoder}(`
    this.copy(node, expressionText(template.source.text, node.codeStart, node.codeEnd))
    this.code += holds ? `);${mark}o+=${mark}v` : ')'
  }

  private print(literal: string): void {
    this.code += `;${this.mark}o+=${literal}`
  }

  private place(node: TagNode): string {
    return this.options.trackPlace ? `${this.mark}p=${node.codeStart};` : ''
  }

  /** Copies JavaScript of the template with the edits that fall into it. */
  private copy({ codeStart, codeEnd }: TagNode, text: string): void {
    let done = codeStart
    for (
      let edit = this.edits[this.nextEdit];
      edit && edit.start < codeEnd;
      edit = this.edits[++this.nextEdit]
    ) {
      this.code += text.slice(done - codeStart, edit.start - codeStart) + edit.text
      done = edit.end
    }
    this.code += text.slice(done - codeStart)
    // A comment at the end must not swallow what follows.
    if (text.lastIndexOf('//') > text.lastIndexOf('\n')) {
      this.code += '\n'
      this.line++
    }
    this.line += countLines(text, 0, text.length)
  }

  private alignTo(offset: number): void {
    const { text } = this.template.source
    this.sourceLine += countLines(text, this.sourceDone, offset)
    this.sourceDone = offset
    if (this.line < this.sourceLine) {
      this.code += '\n'.repeat(this.sourceLine - this.line)
      this.line = this.sourceLine
    }
  }
}

function countLines(text: string, start: number, end: number): number {
  let count = 0
  for (let i = text.indexOf('\n', start); i !== -1 && i < end; i = text.indexOf('\n', i + 1))
    count++
  return count
}

function editsOf(template: Template, options: GenerateOptions, mark: string): Edit[] {
  const edits: Edit[] = []
  for (const { start, end, argument } of template.returns) {
    // EJS would return undefined: the page ends here, with what it has printed.
    if (argument) {
      edits.push({ start: argument.start, end: argument.start, text: '(' })
      edits.push({ start: argument.end, end: argument.end, text: `,${mark}o)` })
    } else {
      edits.push({ start: start + 6, end: Math.max(start + 6, end), text: ` ${mark}o;` })
    }
  }
  if (options.bindNames && options.guardMissing) {
    for (const { name, start, end, use } of template.free) {
      if (use !== 'read' && use !== 'shorthand') continue
      if (NEVER_BOUND.has(name) || name === options.localsName) continue
      if (options.helpers.has(name) || Object.hasOwn(globalThis, name)) continue
      const guard = `(${name}===undefined?${mark}.missing("${name}",${mark}L,${mark}p=${start}):${name})`
      edits.push({ start, end, text: use === 'shorthand' ? `${name}:${guard}` : guard })
    }
  }
  return edits
}

/** A string literal that is safe in the program whatever the text. */
function quote(text: string): string {
  return JSON.stringify(text)
}
