import type { Context } from '../contexts/context.ts'
import { sameContext } from '../contexts/join.ts'
import type { Encoder } from '../contexts/encoders.ts'
import { TemplatePlaceError } from '../source/errors.ts'

/** Text that a template has printed already, and the place it was encoded for. */
export class Markup {
  readonly html: string
  readonly place: Context

  constructor(html: string, place: Context) {
    this.html = html
    this.place = place
  }
}

interface Block {
  /** What stands in place of the layout's own content; `undefined` when nothing does. */
  content: unknown
  readonly before: unknown[]
  readonly after: unknown[]
}

/** What a template gives to the blocks of its layout: values, or markup printed already. */
export class Blocks {
  private readonly blocks = new Map<string, Block>()

  add(how: 'block' | 'append' | 'prepend', name: string, part: unknown): void {
    const block = this.of(name)
    if (how === 'block') block.content = part
    else if (how === 'append') block.after.push(part)
    else block.before.unshift(part)
  }

  /** These with those of the template that chose this one as its layout, which go first. */
  with(inner: Blocks | undefined): Blocks {
    if (!inner) return this
    for (const [name, { content, before, after }] of inner.blocks) {
      const block = this.of(name)
      if (content !== undefined) block.content = content
      block.before.unshift(...before)
      block.after.push(...after)
    }
    return this
  }

  replaces(name: string): boolean {
    return this.blocks.get(name)?.content !== undefined
  }

  /** The text of a block in its place: what was given for it, or `fallback`. */
  print(name: string, fallback: unknown, place: Context, encode: Encoder): string {
    const block = this.blocks.get(name)
    if (!block) return printPart(fallback, name, place, encode)
    const parts = [...block.before, block.content ?? fallback, ...block.after]
    return parts.map((part) => printPart(part, name, place, encode)).join('')
  }

  private of(name: string): Block {
    let block = this.blocks.get(name)
    if (!block) {
      block = { content: undefined, before: [], after: [] }
      this.blocks.set(name, block)
    }
    return block
  }
}

/** Markup as it is, where it was made for this place; a value encoded. */
export function printPart(part: unknown, name: string, place: Context, encode: Encoder): string {
  if (part === undefined) return ''
  if (!(part instanceof Markup)) return encode(part)
  if (part.place === place || sameContext(part.place, place)) return part.html
  throw new TemplatePlaceError(
    'TEMPLATE_BLOCK_MISPLACED',
    `Cannot print the block "${name}": its content was written for another place of the page`,
  )
}
