import type { Template } from '../language/analyse.ts'
import type { Suspensions } from '../language/suspensions.ts'
import type { Edit } from './edit.ts'

/**
 * Has a template that is written as a generator be left where it waits, and where the reader may have
 * had enough for now:
 *
 * - `await x` becomes `(yield F(x))`; F hands over what is printed when there is something to wait for
 * - `for await (x of y) {…}` becomes `for(const a=…;a.isFresh||(yield F(a.more()));)for (x of a.items(…y)) {…}`,
 *   in which the inner loop runs once for each item
 * - the body of a loop that prints begins with a look at how much is printed
 */
export function suspendEdits(
  { source, words }: Template,
  { awaits, waitingLoops, loopBodies }: Suspensions,
  mark: string,
): [open: Edit[], close: Edit[]] {
  const open: Edit[] = []
  const close: Edit[] = []
  for (const { start, end } of awaits) {
    open.push({ start, end: start + 'await'.length, text: `(yield ${mark}F(` })
    close.push({ start: end, end, text: '))' })
  }
  for (const [i, { loop, start }] of waitingLoops.entries()) {
    const own = `${mark}a${i}`
    const { start: before, end: after } = loop.right
    const text = `for(const ${own}=${mark}X.loop();${own}.isFresh||(yield ${mark}F(${own}.more()));)`
    open.push({ start, end: start, text })
    open.push({ ...awaitOf(source.text, loop.start), text: '' })
    open.push({ start: before, end: before, text: `${own}.items(${own}.isFresh&&(` })
    close.push({ start: after, end: after, text: '))' })
  }
  // What a page with a layout prints is the layout's: nothing leaves before that.
  if (words.some(({ word }) => word === 'layout')) return [open, close]
  for (const body of loopBodies) {
    const at = body.start + 1
    const text = `if(${mark}o.length>=${CHUNK}||${mark}X.isFull){${mark}H();yield ${mark}.ROOM}`
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

/** The functions by which a generator hands over what it has printed. */
export function handOver({ words }: Template, mark: string): string {
  if (words.some(({ word }) => word === 'layout')) {
    return `const ${mark}H=()=>{},${mark}F=(v)=>v;`
  }
  return (
    `const ${mark}H=()=>{${mark}X.add(${mark}o);${mark}o=""},` +
    `${mark}F=(v)=>{if(${mark}X.waitsFor(v))${mark}H();return v};`
  )
}
