import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

import { TypeScriptError } from './errors.ts'
import { preload } from './preload.ts'

/**
 * The arguments that node needs to run a file of the application after our preload. TypeScript is read
 * by node where it can, else by `tsx` as the application has it.
 *
 * @param readsTypeScript - what node says of itself.
 * @throws {TypeScriptError} CLI_NO_TYPESCRIPT when neither can.
 */
export function nodeArguments(
  entry: string,
  readsTypeScript: unknown = (process.features as { typescript?: unknown }).typescript,
): string[] {
  const common = ['--enable-source-maps']
  if (!/\.[cm]?tsx?$/.test(entry) || Boolean(readsTypeScript))
    return [...common, '--require', preload, entry]
  try {
    const tsx = createRequire(entry).resolve('tsx')
    // In this order: what the preload imports is TypeScript, too.
    const imports = [tsx, preload].flatMap((file) => ['--import', pathToFileURL(file).href])
    return [...common, ...imports, entry]
  } catch (error) {
    throw new TypeScriptError(entry, { cause: error })
  }
}
