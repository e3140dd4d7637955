import { showPlace } from '../program/place.ts'
import { printable } from '../terminal/columns.ts'
import type { Paint } from '../terminal/paint.ts'
import type { CodeLine, Fault, Frame, Report } from './report.ts'

const plain: Paint = (_style, text) => text

/** A report as one block for a terminal. */
export function reportText(
  { headline, faults, request, hints }: Report,
  paint: Paint = plain,
): string {
  const asked = request === undefined ? '' : `${request.method} ${request.url}`
  const top = [headline, asked].filter(Boolean).join(' · ')
  return [
    paint('red', printable(top)),
    ...faults.flatMap((fault) => faultLines(fault, paint)),
    ...hints.flatMap(({ title, lines }) => [
      `  ${paint('bold', printable(title))}`,
      ...lines.map((line) => `    ${printable(line)}`),
    ]),
  ].join('\n')
}

function faultLines(
  { role, name, message, place, lines, frames, includes }: Fault,
  paint: Paint,
): string[] {
  const title = `${role === '' ? '' : `${role} `}${name}: ${message}`
  return [
    ...printable(title)
      .split('\n')
      .map((line) => `  ${paint('bold', line)}`),
    ...(place === undefined ? [] : [`  ${paint('cyan', printable(showPlace(place)))}`]),
    ...codeRows(lines).map((line) => `    ${printable(line)}`),
    ...includes.map((each) => `    included by ${printable(each)}`),
    ...frameLines(frames).map((line) => paint('dim', `    ${printable(line)}`)),
  ]
}

/** Lines with their numbers, the one at fault marked. */
export function codeRows(lines: readonly CodeLine[]): string[] {
  const width = Math.max(0, ...lines.map(({ number }) => String(number ?? '').length))
  return lines.map(({ number, text, isFault }) =>
    `${isFault ? '>' : ' '} ${String(number ?? '').padStart(width)} | ${text}`.trimEnd(),
  )
}

/** The author's frames; how many others lie between is said. */
function frameLines(frames: readonly Frame[]): string[] {
  const lines: string[] = []
  let folded = 0
  const unfold = (): void => {
    if (folded > 0) lines.push(`… ${folded} of node and packages`)
    folded = 0
  }
  for (const { text, isForeign } of frames) {
    if (isForeign) folded++
    else {
      unfold()
      lines.push(`at ${text}`)
    }
  }
  unfold()
  return lines
}
