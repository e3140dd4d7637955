import type { Context } from '../contexts/context.ts'
import { describeContext } from '../contexts/describe.ts'
import { sameContext } from '../contexts/join.ts'
import type { Source } from '../source/source.ts'
import { contextError } from './meet.ts'

/** A place where something is evaluated. */
export interface Point {
  readonly context: Context
  readonly offset: number
}

/**
 * Where a template may be interrupted, and what its asynchronous functions print for: while one part
 * waits another may print, and both must then be in the same place of the page.
 */
export class Interruptions {
  private readonly waiting: Point[] = []
  private readonly printing: Context[] = []

  /** Something is waited for here. */
  waits(point: Point): void {
    this.waiting.push(point)
  }

  /** An asynchronous function prints for this place. */
  prints(context: Context): void {
    this.printing.push(context)
  }

  /** @throws {TemplateContextError} TEMPLATE_CONTEXT when two could print over each other. */
  check(source: Source): void {
    const [first] = this.printing
    if (!first) return
    const places = [...this.printing.map((context) => ({ context, offset: 0 })), ...this.waiting]
    const other = places.find(({ context }) => !sameContext(context, first))
    if (!other) return
    throw contextError(
      source,
      { start: other.offset, end: other.offset + 1 },
      `An asynchronous function of this template could print here, in ${describeContext(other.context)}: wait for the value before the text around it`,
    )
  }
}
