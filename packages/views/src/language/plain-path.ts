import type { TagNode } from './ast.ts'

/** The name that a plain path begins with, and where it stands. */
export interface PlainName {
  readonly name: string
  readonly start: number
  readonly end: number
}

const PLAIN_PATH = /^([A-Za-z_$][\w$]*)(?:\.[A-Za-z_$][\w$]*)*\s*;?$/
// Words that look like a name and are none.
const WORDS = new Set(
  'this null true false typeof void delete new await yield let static async function class super debugger return throw var const if else for while do switch case break continue default try catch finally with in instanceof import export enum'.split(
    ' ',
  ),
)

/** The name in an output tag that prints a name or a path, as most do: nothing else has to be parsed. */
export function plainName(
  text: string,
  { type, codeStart, codeEnd }: TagNode,
): PlainName | undefined {
  if (type !== 'escaped' && type !== 'raw') return undefined
  const code = text.slice(codeStart, codeEnd)
  const name = PLAIN_PATH.exec(code.trim())?.[1]
  if (name === undefined || WORDS.has(name)) return undefined
  const start = codeStart + code.indexOf(name)
  return { name, start, end: start + name.length }
}
