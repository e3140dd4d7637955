import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The newest ones are asked; a program that cannot be read ends at once, with few loaded after it. */
const MOST_CHECKED = 10

const loaded: string[] = []

/** Remembers which modules node loads: it tells the command of each. */
export function followModules(): void {
  const send = process.send?.bind(process)
  if (send === undefined) return
  process.send = (message: unknown, ...rest: unknown[]) => {
    const { 'watch:import': imported, 'watch:require': required } = Object(message) as LoadedByNode
    for (const each of [...(imported ?? []), ...(required ?? [])])
      if (typeof each === 'string' && !each.includes('/node_modules/')) loaded.push(each)
    return (send as (...given: unknown[]) => boolean)(message, ...rest)
  }
}

interface LoadedByNode {
  readonly 'watch:import'?: readonly unknown[]
  readonly 'watch:require'?: readonly unknown[]
}

/**
 * Gives the syntax error of a module its place. Of ES modules node keeps that to itself until it prints the
 * error, so it is asked again, by `--check`.
 */
export function placeSyntaxError(error: SyntaxError): void {
  for (const each of loaded.slice(-MOST_CHECKED).toReversed()) {
    const file = each.startsWith('file:') ? fileURLToPath(new URL(each)) : each
    const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' })
    const [first = ''] = (stderr ?? '').split('\n', 1)
    if (!stderr?.includes(error.message) || !/:\d+$/.test(first)) continue
    error.stack = `${first}\n${error.stack ?? ''}`
    return
  }
}
