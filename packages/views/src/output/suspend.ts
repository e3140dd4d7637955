import type { Template } from '../language/analyse.ts'
import type { Suspensions } from '../language/suspensions.ts'
import type { Edit } from './edit.ts'

/**
 * Has a template that is written as a generator be left where it waits, and where the reader may have
 * had enough for now:
 *
 * - `await x` becomes `(yield x)`, before which what is printed is handed over
 * - `for await (x of y) {…}` becomes `for(const a=…;a.isFresh||(yield a.more());)for (x of a.items(…y)) {…}`,
 *   in which the inner loop runs once for each item
 * - the body of a loop that prints begins with a look at how much is printed
 *
 * All that is written out where it stands: a function that reaches for what is printed would have V8 keep
 * it on the heap, where each `o+=` costs more.
 */
export function suspendEdits(
  { source, words }: Template,
  { awaits, waitingLoops, loopBodies }: Suspensions,
  mark: string,
): [open: Edit[], close: Edit[]] {
  const open: Edit[] = []
  const close: Edit[] = []
  const [before, after] = aroundWait(words, mark)
  for (const { start, end } of awaits) {
    open.push({ start, end: start + 'await'.length, text: before })
    close.push({ start: end, end, text: after })
  }
  for (const [i, { loop, start }] of waitingLoops.entries()) {
    const own = `${mark}a${i}`
    const { right } = loop
    const more = `${before}${own}.more()${after}`
    const text = `for(const ${own}=${mark}X.loop();${own}.isFresh||${more};)`
    open.push({ start, end: start, text })
    open.push({ ...awaitOf(source.text, loop.start), text: '' })
    const items = `${own}.items(${own}.isFresh&&(`
    open.push({ start: right.start, end: right.start, text: items })
    close.push({ start: right.end, end: right.end, text: '))' })
  }
  // What a page with a layout prints is the layout's: nothing leaves before that.
  if (choosesLayout(words)) return [open, close]
  for (const body of loopBodies) {
    const at = body.start + 1
    const text = `if(${mark}o.length>=${CHUNK}||${mark}X.isFull){${handOver(words, mark)}yield ${mark}.ROOM}`
    open.push({ start: at, end: at, text })
  }
  return [open, close]
}

/** UTF-16 code units that are put together before they are handed over. */
export const CHUNK = 16_384

/** The word `await` of a `for await`: behind `for` may stand blanks and comments. */
function awaitOf(text: string, loopStart: number): { start: number; end: number } {
  const afterFor = /^for(?:\s|\/\*[^]*?\*\/|\/\/.*)*/.exec(text.slice(loopStart))
  const start = loopStart + (afterFor?.[0].length ?? 0)
  return { start, end: start + 'await'.length }
}

/** What a program that waits for a value begins and ends with, in front of and behind that. */
export function aroundWait(
  words: Template['words'],
  mark: string,
): [before: string, after: string] {
  if (choosesLayout(words)) return ['(yield(', '))']
  const value = `${mark}w`
  return [
    `(yield(${value}=`,
    `,${mark}X.waitsFor(${value})&&(${handOver(words, mark, ',')}0),${value}))`,
  ]
}

/**
 * Hands over what is printed; nothing in a page with a layout, to which it goes.
 *
 * @param end - what stands behind each of the two assignments.
 */
export function handOver(words: Template['words'], mark: string, end = ';'): string {
  return choosesLayout(words) ? '' : `${mark}X.add(${mark}o)${end}${mark}o=""${end}`
}

function choosesLayout(words: Template['words']): boolean {
  return words.some(({ word }) => word === 'layout')
}
