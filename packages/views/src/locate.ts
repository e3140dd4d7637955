import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'

import { TemplateNotFoundError, TemplateOutsideRootsError } from './errors.ts'

export interface LocateOptions {
  /** Folders that templates may come from, the first one that has the file wins. */
  readonly roots: readonly string[]
  /** Added to a name without one; with its dot. */
  readonly extension: string
}

/**
 * Finds the file of a template by its name, and makes sure that it lies under a root.
 *
 * @param from - the file that includes it: a relative name is looked up beside it first. A name that
 *   starts with `/` counts from the roots.
 * @returns the file's real path: what is judged is also what is read.
 * @throws {TemplateOutsideRootsError} when dots, a link or an absolute path lead out of the roots.
 * @throws {TemplateNotFoundError} when no root has it.
 */
export function locate(name: string, { roots, extension }: LocateOptions, from?: string): string {
  if (typeof name !== 'string' || name === '' || name.includes('\0')) {
    throw new TemplateOutsideRootsError(''.concat(name), roots)
  }
  const file = path.extname(name) === '' ? name + extension : name
  const fromRoot = file.startsWith('/')
  const places = fromRoot || from === undefined ? [] : [path.dirname(from)]
  places.push(...roots.map((root) => path.resolve(root)))

  let refused = false
  for (const place of places) {
    const candidate = path.join(place, file)
    const real = realFile(candidate)
    if (real === undefined) {
      // A name that points out of every root is refused whether or not something is there: the
      // answer must not tell which files exist elsewhere.
      if (!isUnder(candidate, places)) refused = true
    } else if (isUnderRealRoots(real, roots)) {
      return real
    } else {
      refused = true
    }
  }
  if (refused) throw new TemplateOutsideRootsError(name, roots)
  throw new TemplateNotFoundError(name, places)
}

/**
 * Checks a path that somebody else (Express's view look-up) has found already.
 *
 * @returns the real path.
 */
export function confine(file: string, roots: readonly string[]): string {
  if (file.includes('\0')) throw new TemplateOutsideRootsError(file, roots)
  const real = realFile(path.resolve(file))
  if (real !== undefined && isUnderRealRoots(real, roots)) return real
  if (real !== undefined || !isUnder(path.resolve(file), roots)) {
    throw new TemplateOutsideRootsError(file, roots)
  }
  throw new TemplateNotFoundError(file, roots)
}

function realFile(file: string): string | undefined {
  try {
    const real = realpathSync(file)
    return statSync(real).isFile() ? real : undefined
  } catch {
    return undefined
  }
}

function isUnderRealRoots(real: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    try {
      return isUnder(real, [realpathSync(root)])
    } catch {
      return false // a root that does not exist holds nothing
    }
  })
}

/** Not by prefix alone: `/views-old` does not lie under `/views`. */
function isUnder(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const relative = path.relative(path.resolve(folder), file)
    return (
      relative !== '' &&
      relative !== '..' &&
      !relative.startsWith(`..${path.sep}`) &&
      !path.isAbsolute(relative)
    )
  })
}
