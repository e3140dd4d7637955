import { spawnSync } from 'node:child_process'
import nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

/** The newest ones are asked; a program that cannot be read ends at once, with few found after it. */
const MOST_CHECKED = 10

const found: string[] = []

/** Remembers which modules of the application are about to be loaded. */
export function followModules(): void {
  const { registerHooks } = nodeModule as ModuleHooks
  if (registerHooks) {
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context)
        note(resolved.url)
        return resolved
      },
    })
    return
  }
  // Older versions of node tell the command of each module before they read it.
  const send = process.send?.bind(process) as ((...given: unknown[]) => boolean) | undefined
  if (send === undefined) return
  process.send = (message: unknown, ...rest: unknown[]) => {
    const { 'watch:import': imported, 'watch:require': required } = Object(message) as LoadedByNode
    for (const each of [...(imported ?? []), ...(required ?? [])]) note(each)
    return send(message, ...rest)
  }
}

function note(module: unknown): void {
  if (typeof module !== 'string' || module.includes('/node_modules/')) return
  if (module.startsWith('file:')) found.push(fileURLToPath(new URL(module)))
  else if (module.startsWith('/')) found.push(module)
}

/** What node 22.15 and newer have. */
interface ModuleHooks {
  readonly registerHooks?: (hooks: {
    resolve(
      specifier: string,
      context: unknown,
      next: (specifier: string, context: unknown) => { readonly url: string },
    ): { readonly url: string }
  }) => void
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
  for (const file of found.slice(-MOST_CHECKED).toReversed()) {
    const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' })
    const marked = (stderr ?? '').split('\n', 3)
    if (!stderr?.includes(error.message) || !/:\d+$/.test(marked[0] ?? '')) continue
    error.stack = `${marked.join('\n')}\n${error.stack ?? ''}`
    return
  }
}
