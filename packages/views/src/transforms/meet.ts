import { describeContext } from '../contexts/describe.ts'
import type { Context } from '../contexts/context.ts'
import { join } from '../contexts/join.ts'
import { type Span, TemplateContextError } from '../source/errors.ts'
import { describePlace, type Source } from '../source/source.ts'

/** The context in which control arrives somewhere; undefined when it never does. */
export type Reached = Context | undefined

/** Two ways that meet: where each ends, for the error when they do not end alike. */
export interface Meeting {
  /** The statement at fault. */
  readonly at: number
  readonly endOfFirst: number
  readonly endOfSecond: number
  /** What the two ways should have done. */
  readonly rule: string
}

/** Joins two ways to one place. */
export function meet(source: Source, a: Reached, b: Reached, meeting: Meeting): Reached {
  if (a === undefined) return b
  if (b === undefined) return a
  const joined = join(a, b)
  if (joined) return joined
  const { at, endOfFirst, endOfSecond, rule } = meeting
  const end = (context: Context, offset: number): string =>
    `${describeContext(context)} (${describePlace(source, Math.min(offset, source.text.length))})`
  throw contextError(
    source,
    { start: at, end: at + 1 },
    `${rule}: one way ends in ${end(a, endOfFirst)}, the other in ${end(b, endOfSecond)}`,
  )
}

export function contextError(
  source: Source,
  { start, end }: Span,
  reason: string,
): TemplateContextError {
  return new TemplateContextError(reason, source, { start, end })
}
