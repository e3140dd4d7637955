import type { Edit } from './edit.ts'

/** A `return`, of a template or of a function that prints apart from it. */
interface Return {
  readonly start: number
  readonly end: number
  readonly argument?: { readonly start: number; readonly end: number } | null | undefined
}

/** EJS would return undefined: here the page ends, with what it has printed. */
export function returnEdits(
  returns: readonly Return[],
  mark: string,
): [open: Edit[], close: Edit[]] {
  const open: Edit[] = []
  const close: Edit[] = []
  for (const { start, end, argument } of returns) {
    const afterWord = start + 'return'.length
    if (argument) {
      open.push({ start: argument.start, end: argument.start, text: '(' })
      close.push({ start: argument.end, end: argument.end, text: `,${mark}o)` })
    } else {
      open.push({ start: afterWord, end: Math.max(afterWord, end), text: ` ${mark}o;` })
    }
  }
  return [open, close]
}
