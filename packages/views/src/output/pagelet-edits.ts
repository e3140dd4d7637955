import type { Template } from '../language/analyse.ts'
import type { PageletFunction } from '../language/pagelet-calls.ts'
import type { Edit } from './edit.ts'
import { returnEdits } from './return-edits.ts'
import { aroundWait } from './suspend.ts'

/**
 * Has pagelets printed where they stand. Each of their functions has what it prints for itself and returns
 * it: `(x) => {…}` becomes `(x) => {let o="",p=0,v;try{…}catch(e){throw …}return o}`.
 *
 * @param isStream - a program that can be left: the page takes its pagelets, and knows which are nested.
 */
export function pageletEdits(
  { pagelets, words }: Template,
  isStream: boolean,
  mark: string,
): [open: Edit[], close: Edit[]] {
  const open: Edit[] = []
  const close: Edit[] = []
  const own = ({ node, returns }: PageletFunction, handle: string): void => {
    const { start, end } = node.body
    const variables = `${mark}o="",${mark}p=${start},${mark}v${handle}`
    open.push({ start: start + 1, end: start + 1, text: `let ${variables};try{` })
    const [openReturns, closeReturns] = returnEdits(returns, mark)
    open.push(...openReturns)
    close.push(...closeReturns)
    const text = `}catch(${mark}e){throw ${mark}.fail(${mark}e,${mark}p)}return ${mark}o`
    close.push({ start: end - 1, end: end - 1, text })
  }
  // What is around begins first: of two, the one that is written first.
  const inOrder = pagelets.toSorted((a, b) => a.call.start - b.call.start)
  for (const { call, content, others, within, hasNested } of inOrder) {
    const [first] = call.arguments
    const [before, after] =
      isStream && within === 'page' ? aroundWait(words, mark) : ['(await ', ')']
    const around = within === 'pagelet' ? `${mark}Q` : 'undefined'
    const take = isStream ? `${mark}X.pagelet(${around},` : `${mark}.pagelet(`
    const { start } = call.callee
    open.push({ start, end: first?.start ?? call.end - 1, text: `(${mark}v=${before}${take}` })
    close.push({ start: call.end, end: call.end, text: `${after},${mark}o+=${mark}v)` })
    if (hasNested && !content.node.async) {
      open.push({ start: content.node.start, end: content.node.start, text: 'async ' })
    }
    own(content, isStream ? `,${mark}Q=${mark}X.entered()` : '')
    for (const other of others) own(other, '')
  }
  return [open, close.toSorted((a, b) => a.start - b.start)]
}
