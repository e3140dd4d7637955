import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

import { UsageError } from '../command.ts'

const NAMES = ['server', 'app', 'main', 'index']
const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

/**
 * The file that an application starts with: the given one; else what `main` of package.json names, if
 * it is there; else the first of `server`, `app`, `main` and `index`, here or in `src`.
 *
 * @returns an absolute path.
 * @throws {UsageError} CLI_USAGE when there is no such file.
 */
export function findEntry(given: string | undefined, folder = process.cwd()): string {
  if (given !== undefined) {
    const file = path.resolve(folder, given)
    if (isFile(file)) return file
    const found = EXTENSIONS.map((extension) => file + extension).find(isFile)
    if (found !== undefined) return found
    throw new UsageError(`No such file: ${given}`)
  }
  const main = mainOf(path.join(folder, 'package.json'))
  const names = ['', 'src'].flatMap((below) => NAMES.map((name) => path.join(folder, below, name)))
  const candidates = [
    ...(main === undefined ? [] : [path.resolve(folder, main)]),
    ...names.flatMap((name) => EXTENSIONS.map((extension) => name + extension)),
  ]
  const entry = candidates.find(isFile)
  if (entry !== undefined) return entry
  throw new UsageError(
    `Which file? There is no main in package.json, and no ${NAMES.join(', ')} with ${EXTENSIONS.join(
      ', ',
    )} in ${folder} or its src.`,
  )
}

/** A manifest that cannot be read names nothing. */
function mainOf(manifest: string): string | undefined {
  if (!existsSync(manifest)) return undefined
  try {
    const { main } = Object(JSON.parse(readFileSync(manifest, 'utf8'))) as { main?: unknown }
    return typeof main === 'string' ? main : undefined
  } catch {
    return undefined
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false
}
