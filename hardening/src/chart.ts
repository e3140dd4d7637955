import { classes } from './attack.ts'
import { classesOf, countOf, type Column, type Count } from './scoreboard.ts'

const LEFT = 230
const CELL = 126
const BAR = 9
const ROW = 17
const VERDICTS = ['right', 'wrong', 'hang', 'crash'] as const

/** The scoreboard as a picture that reads in light and in dark: a bar for each class and server. */
export function chart(columns: readonly Column[]): string {
  const rows = classesOf(columns)
  const width = LEFT + columns.length * CELL + 16
  const height = 72 + (rows.length + 1) * ROW
  const heads = columns.map(({ title }, at) => words(LEFT + at * CELL, 52, title, 'title'))
  const body = [...rows, undefined].map((kind, row) => {
    const y = 60 + row * ROW
    const name = words(16, y + 9, kind === undefined ? 'all' : classes[kind], kind ? '' : 'title')
    return [
      name,
      ...columns.map(({ results }, at) => bar(LEFT + at * CELL, y, countOf(results, kind))),
    ].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11">
<style>
text { fill: #24292f } .title { font-weight: 600 } .right { fill: #0969da } .wrong { fill: #d4a72c } .hang { fill: #bc4c00 } .crash { fill: #a40e26 } .none { fill: #d0d7de }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .right { fill: #58a6ff } .wrong { fill: #e3b341 } .hang { fill: #f0883e } .crash { fill: #f85149 } .none { fill: #30363d } }
</style>
<text class="title" x="16" y="18" font-size="14">Hostile inputs, answered as the rules ask</text>
${VERDICTS.map((verdict, at) => `<rect class="${verdict}" x="${16 + at * 52}" y="26" width="9" height="9" rx="2"/>${words(28 + at * 52, 34, verdict, '')}`).join('\n')}
${heads.join('\n')}
${body.join('\n')}
</svg>
`
}

function bar(left: number, y: number, count: Count): string {
  const room = CELL - 66
  if (count.asked === 0) return words(left, y + 9, 'n/a', '')
  let x = left
  const parts = VERDICTS.map((verdict) => {
    const width = (count[verdict] / count.asked) * room
    const part = `<rect class="${verdict}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}"/>`
    x += width
    return width === 0 ? '' : part
  })
  return parts.join('') + words(left + room + 6, y + 9, `${count.right}/${count.asked}`, '')
}

function words(x: number, y: number, text: string, style: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text${style && ` class="${style}"`} x="${x}" y="${y}">${safe}</text>`
}
