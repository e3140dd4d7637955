import { positionAt, type Source } from './source.ts'

const LINES_AROUND = 2
const WIDEST_LINE = 160

/**
 * Shows the lines around a place in a template, the place underlined.
 *
 * @param length - how many characters are at fault; the underline stays on the first line.
 */
export function codeFrame(source: Source, offset: number, length = 1): string {
  const { line, column } = positionAt(source, offset)
  const lines = source.text.split(/\r?\n/)
  const first = Math.max(1, line - LINES_AROUND)
  const last = Math.min(lines.length, line + LINES_AROUND)
  const gutter = String(last).length
  const frame: string[] = []
  for (let number = first; number <= last; number++) {
    const text = (lines[number - 1] ?? '').slice(0, WIDEST_LINE)
    const arrow = number === line ? '>' : ' '
    frame.push(`${arrow} ${String(number).padStart(gutter)} | ${text}`.trimEnd())
    if (number === line && column <= WIDEST_LINE) {
      const under = Math.max(1, Math.min(length, text.length - column + 1))
      // Tabs are copied so that the underline stands below its text at any tab width.
      const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ')
      frame.push(`  ${' '.repeat(gutter)} | ${indent}${'^'.repeat(under)}`)
    }
  }
  return frame.join('\n')
}

/** The same for the path of names that begins at a place, or the one character. */
export function frameAt(source: Source, offset: number): string {
  const length = /^[\w$.]+/.exec(source.text.slice(offset))?.[0].length ?? 1
  return codeFrame(source, offset, length)
}
