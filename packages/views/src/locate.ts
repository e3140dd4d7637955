import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'

import { TemplateNameError, TemplateNotFoundError, TemplateOutsideRootsError } from './errors.ts'

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
 * @throws {TemplateNameError} for a name that is empty or no text.
 * @throws {TemplateOutsideRootsError} when dots, a link or an absolute path lead out of the roots.
 * @throws {TemplateNotFoundError} when no root has it.
 */
export function locate(name: string, { roots, extension }: LocateOptions, from?: string): string {
  if (typeof name !== 'string' || name === '') throw new TemplateNameError(name)
  if (name.includes('\0')) throw new TemplateOutsideRootsError(name, roots)
  const file = path.extname(name) === '' ? name + extension : name
  const fromRoot = file.startsWith('/')
  const places = fromRoot || from === undefined ? [] : [path.dirname(from)]
  places.push(...roots.map((root) => path.resolve(root)))

  const realRoots = roots.map(realPath)
  for (const place of places) {
    const real = realFile(path.join(place, file))
    if (real !== undefined && isUnder(real, realRoots)) return real
  }
  // Judged by what is not there, too: the answer must not tell which files exist elsewhere.
  const inside = places.filter((place) => isUnder(path.join(place, file), [...roots, ...realRoots]))
  const isLedOut = inside.some((place) => !isUnder(realPath(path.join(place, file)), realRoots))
  if (inside.length === 0 || isLedOut) throw new TemplateOutsideRootsError(name, roots)
  throw new TemplateNotFoundError(name, [...new Set(inside.map(realPath))], file)
}

/**
 * Checks a path that somebody else (Express's view look-up) has found already.
 *
 * @returns the real path.
 */
export function confine(file: string, roots: readonly string[]): string {
  if (file.includes('\0')) throw new TemplateOutsideRootsError(file, roots)
  const real = realPath(path.resolve(file))
  if (!isUnder(real, roots.map(realPath))) throw new TemplateOutsideRootsError(file, roots)
  if (realFile(real) === undefined) throw new TemplateNotFoundError(file, [path.dirname(file)])
  return real
}

function realFile(file: string): string | undefined {
  try {
    const real = realpathSync(file)
    return statSync(real).isFile() ? real : undefined
  } catch {
    return undefined
  }
}

/** The path with all links followed, of what is there: the rest of it is taken as it is. */
function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    const folder = path.dirname(file)
    return folder === file ? file : path.join(realPath(folder), path.basename(file))
  }
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
