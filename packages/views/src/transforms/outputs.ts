import type { AnyNode } from 'acorn'

import type { TagNode, TemplateNode, TextNode } from '../language/ast.ts'
import type { Context } from '../contexts/context.ts'
import { describeContext } from '../contexts/describe.ts'
import { advance } from '../contexts/html-context.ts'
import { sameContext } from '../contexts/join.ts'
import { rawInJs } from '../contexts/js-state.ts'
import { printIn, type Printing } from '../contexts/print.ts'
import type { EncoderName } from '../contexts/encoders.ts'
import type { Span } from '../source/errors.ts'
import type { Source } from '../source/source.ts'
import { contextError } from './meet.ts'

/** Where the content of a block stands. */
export interface BlockPlace {
  readonly place: Context
  readonly encoder: EncoderName
}

/** What a template prints, part by part: each is given its place, and tells where the page is after it. */
export class Outputs {
  readonly encoders = new Map<TagNode, EncoderName>()
  readonly places = new Map<TagNode, Context>()
  readonly blocks = new Map<AnyNode, BlockPlace>()
  readonly printed = new Map<string, Context | undefined>()
  private readonly following = new Map<TagNode, TextNode>()
  private readonly source: Source

  constructor(source: Source, nodes: readonly TemplateNode[]) {
    this.source = source
    // Text right behind a tag is printed right behind it, whatever the statements around.
    for (const [i, node] of nodes.entries()) {
      const next = nodes[i + 1]
      if (node.type !== 'text' && next?.type === 'text') this.following.set(node, next)
    }
  }

  text({ value, start }: TextNode, context: Context): Context {
    const after = advance(context, value)
    if (after.mode !== 'broken') return after
    throw this.error({ start, end: start + 1 }, after.fault)
  }

  output(node: TagNode, context: Context): Context {
    return node.type === 'raw' ? this.raw(node, context) : this.value(node, context)
  }

  private value(node: TagNode, context: Context): Context {
    this.places.set(node, context)
    const printing = printIn(context, this.following.get(node)?.value)
    if ('refusal' in printing) {
      throw this.error({ start: node.codeStart, end: node.codeEnd }, reasonOf(printing, context))
    }
    this.encoders.set(node, printing.encoder)
    return printing.after
  }

  /** Raw text may stand wherever it leaves the context as it is, which is seen when it is there. */
  private raw(node: TagNode, context: Context): Context {
    const place = placeOfRaw(context, this.following.get(node)?.value ?? '')
    this.places.set(node, place)
    const printing = printIn(context)
    if (!('refusal' in printing)) return afterRaw(context, printing.after)
    const isName = context.mode === 'attribute name' || context.mode === 'tag name'
    if (context.pending === '' && context.mode !== 'end of attribute' && !isName) {
      return afterRaw(context, context)
    }
    throw this.error({ start: node.codeStart, end: node.codeEnd }, reasonOf(printing, context))
  }

  /** Where nothing is printed, as nobody comes there; the program still names an encoder. */
  unreachable(node: TagNode): void {
    this.encoders.set(node, 'text')
  }

  /** @returns where the page is when the content of a block has been printed in a place. */
  block(call: AnyNode, place: Context): Context {
    const printing = printIn(place)
    if ('refusal' in printing) throw this.error(call, reasonOf(printing, place))
    this.blocks.set(call, { place, encoder: printing.encoder })
    return printing.after
  }

  /** Notes that the template itself prints a block. */
  prints(name: string, place: Context): void {
    const other = this.printed.get(name)
    const isOne = !this.printed.has(name) || (other && sameContext(other, place))
    this.printed.set(name, isOne ? place : undefined)
  }

  private error(span: Span, reason: string): Error {
    return contextError(this.source, span, reason)
  }
}

function reasonOf({ refusal }: Extract<Printing, { refusal: string }>, place: Context): string {
  return `${refusal} (this is ${describeContext(place)})`
}

/** Raw code may end in a comment where its line ends too. */
function placeOfRaw(context: Context, next: string): Context {
  const { inner } = context
  if (inner?.language !== 'js') return context
  const endsLine = /^(?:[ \t]*[\n\r]|<\/script)/i.test(next)
  return inner.endsLine === endsLine ? context : { ...context, inner: { ...inner, endsLine } }
}

/** Raw text is held to leave the context as it was; only a value that it starts has begun. */
function afterRaw(before: Context, after: Context): Context {
  if (before.mode === 'tag' || before.mode === 'after attribute name') {
    // Among its attributes may be one by which others are read.
    const facts = { ...before.facts, unknown: '?' }
    return { ...before, mode: 'end of attribute', facts, slash: false }
  }
  if (before.inner?.language === 'js') return { ...before, inner: rawInJs(before.inner) }
  return after
}
