import type { Template } from '../language/analyse.ts'
import type { TagNode } from '../language/ast.ts'
import { TEXT } from '../contexts/context.ts'
import { expressionText } from '../language/draft.ts'
import type { Edit } from './edit.ts'
import type { EncoderName } from '../contexts/encoders.ts'
import { type GenerateOptions, quote } from './program.ts'
import type { WordCall } from '../language/layout-words.ts'
import type { Places } from './places.ts'
import type { Segment } from '../source/source-map.ts'

/** Writes the statements of a template in order, keeping its line breaks. */
export class BodyWriter {
  readonly encoders: EncoderName[] = []
  readonly segments: Segment[] = []
  private code = ''
  private line = 0
  private lineStart = 0
  private sourceLine = 0
  private sourceDone = 0
  private nextEdit = 0
  private readonly rawPlaces = new Set<number>()
  private readonly includes: ReadonlySet<TagNode | undefined>
  private readonly words: ReadonlyMap<TagNode | undefined, WordCall>
  private readonly template: Template
  private readonly options: GenerateOptions
  private readonly edits: readonly Edit[]
  private readonly places: Places
  private readonly mark: string

  constructor(
    template: Template,
    options: GenerateOptions,
    edits: readonly Edit[],
    places: Places,
    mark: string,
  ) {
    this.template = template
    this.options = options
    this.edits = edits
    this.places = places
    this.mark = mark
    this.includes = new Set(template.includes.map(({ tag }) => tag))
    this.words = new Map(template.words.map((word) => [word.tag, word]))
  }

  body(): string {
    const { nodes, source } = this.template
    for (const node of nodes) {
      if (node.type === 'text') {
        this.alignTo(node.start)
        this.code += `;${this.mark}o+=${quote(node.value, this.options)}`
        continue
      }
      this.alignTo(node.codeStart)
      if (node.type === 'code') {
        this.code += `;${this.notePlace(node)}`
        this.copy(node, source.text.slice(node.codeStart, node.codeEnd))
      } else {
        this.output(node)
      }
    }
    return this.code
  }

  /** What the render function needs and is the same for each call of it; known after `body`. */
  constants(): string {
    const { mark } = this
    const constants = this.encoders.map((_, i) => `${mark}e${i}=${mark}.encoders[${i}]`)
    for (const i of this.rawPlaces) constants.push(`${mark}r${i}=${mark}.rawIn(${i})`)
    for (const i of this.options.links.keys()) constants.push(`${mark}i${i}=${mark}.links[${i}]`)
    if (this.options.layouts?.length) constants.push(`${mark}y=${mark}.layouts`)
    return constants.length === 0 ? '' : `const ${constants.join(',')};`
  }

  private output(node: TagNode): void {
    const { mark, template } = this
    const word = this.words.get(node)
    const expression = expressionText(template.source.text, node.codeStart, node.codeEnd)
    this.code += `;${this.notePlace(node)}`
    if (word && this.options.blocks.defines(word.word, word.name)) {
      this.copy(node, expression)
      return
    }
    // `o += f()` reads `o` before it calls `f`: what f prints itself, or hands over, would be lost.
    const { outputFunctionName, suspensions } = this.options
    const holds =
      template.printsInFunction || outputFunctionName !== undefined || suspensions !== undefined
    this.code += `${holds ? `${mark}v` : `${mark}o+`}=${word ? '' : this.encoder(node)}(`
    this.copy(node, expression)
    this.code += holds ? `);${mark}o+=${mark}v` : ')'
  }

  private encoder(node: TagNode): string {
    const { contexts } = this.options
    const { mark } = this
    if (node.type === 'raw') {
      // What an include prints was compiled for its place.
      if (!contexts || this.includes.has(node)) return `${mark}.raw`
      const place = this.places.numberOf(contexts.places.get(node) ?? TEXT)
      this.rawPlaces.add(place)
      return `${mark}r${place}`
    }
    const name = contexts ? (contexts.encoders.get(node) as EncoderName) : 'text' // each output has one
    const known = this.encoders.indexOf(name)
    return `${mark}e${known === -1 ? this.encoders.push(name) - 1 : known}`
  }

  private notePlace(node: TagNode): string {
    if (!this.options.trackPlace) return ''
    const { text } = this.template.source
    let start = node.codeStart
    while (start < node.codeEnd && text.charCodeAt(start) <= 0x20) start++
    return `${this.mark}p=${start};`
  }

  /** Copies JavaScript of the template with the edits that fall into it. */
  private copy({ codeStart, codeEnd }: TagNode, text: string): void {
    let done = codeStart
    let edit = this.edits[this.nextEdit]
    while (edit && edit.start <= codeEnd) {
      if (edit.start > done)
        this.copyPart(text.slice(done - codeStart, edit.start - codeStart), done)
      const { line } = this
      this.segments.push({
        line,
        column: this.column(),
        offset: edit.offset ?? edit.start,
        isOurs: true,
      })
      this.code += edit.text
      done = edit.end
      edit = this.edits[++this.nextEdit]
    }
    if (done < codeEnd) this.copyPart(text.slice(done - codeStart), done)
    // A comment at the end must not swallow what follows.
    // `<!--` and `-->` begin comments too (ECMAScript, B.1.1).
    if (/(?:\/\/|<!--|-->).*$/.test(text)) this.breakLines(1)
  }

  /** Copies unchanged text and notes where each of its lines comes from. */
  private copyPart(text: string, offset: number): void {
    this.segments.push({ line: this.line, column: this.column(), offset })
    const start = this.code.length
    this.code += text
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) {
      this.line++
      this.lineStart = start + i + 1
      this.segments.push({ line: this.line, column: 0, offset: offset + i + 1 })
    }
  }

  private column(): number {
    return this.code.length - this.lineStart
  }

  private breakLines(count: number): void {
    this.code += '\n'.repeat(count)
    this.line += count
    this.lineStart = this.code.length
  }

  /** Adds the line breaks that are missing to be on the line of the template. */
  private alignTo(offset: number): void {
    const { text } = this.template.source
    this.sourceLine += countLines(text, this.sourceDone, offset)
    this.sourceDone = offset
    if (this.line < this.sourceLine) this.breakLines(this.sourceLine - this.line)
  }
}

function countLines(text: string, start: number, end: number): number {
  let count = 0
  for (let i = text.indexOf('\n', start); i !== -1 && i < end; i = text.indexOf('\n', i + 1)) {
    count++
  }
  return count
}
