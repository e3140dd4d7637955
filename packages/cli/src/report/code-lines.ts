import { readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

import type { Place } from '../program/place.ts'
import type { CodeLine } from './report.ts'

const LINES_AROUND = 4
const WIDEST_LINE = 200
const LARGEST_FILE = 2_000_000
const SHOWN = /\.(?:[cm]?[jt]sx?|html?|ejs|eta|pug|hbs|mustache|njk|vue)$/i

/**
 * The lines around a place, the column marked.
 *
 * A stack is text, and may have been written by somebody else: only sources below `root` are read, none that
 * hides behind a dot.
 */
export function codeLines(
  { file, line, column }: Place,
  root = process.cwd(),
): readonly CodeLine[] {
  const text = readSource(file, root)
  if (text === undefined) return []
  const all = text.split(/\r?\n/)
  if (line < 1 || line > all.length) return []
  const first = Math.max(1, line - LINES_AROUND)
  return all.slice(first - 1, line + LINES_AROUND).flatMap((whole, offset) => {
    const number = first + offset
    const shown = whole.slice(0, WIDEST_LINE)
    const row: CodeLine = { number, text: shown, isFault: number === line }
    if (number !== line || column > shown.length + 1) return [row]
    // Tabs are copied so that the mark stands below its text at any width.
    const indent = shown.slice(0, column - 1).replace(/[^\t]/g, ' ')
    return [row, { number: undefined, text: `${indent}^`, isFault: false }]
  })
}

function readSource(file: string, root: string): string | undefined {
  try {
    const real = realpathSync(file)
    const relative = path.relative(realpathSync(root), real)
    if (relative.startsWith('..') || path.isAbsolute(relative)) return undefined
    if (relative.split(path.sep).some((part) => part.startsWith('.'))) return undefined
    if (!SHOWN.test(real)) return undefined
    const stat = statSync(real)
    if (!stat.isFile() || stat.size > LARGEST_FILE) return undefined
    return readFileSync(real, 'utf8')
  } catch {
    return undefined
  }
}
