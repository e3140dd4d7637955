import { readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

import {
  TemplateNameError,
  TemplateNotFoundError,
  TemplateOutsideRootsError,
} from '../source/errors.ts'
import type { Source } from '../source/source.ts'

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

  const realRoots = roots.map((root) => realPath(root))
  for (const place of places) {
    const real = realFile(path.join(place, file))
    if (real !== undefined && isUnder(real, realRoots)) return real
  }
  // Judged by what is not there, too: the answer must not tell which files exist elsewhere.
  const inside = places.filter((place) => isUnder(path.join(place, file), [...roots, ...realRoots]))
  const isLedOut = inside.some((place) => !isUnder(realPath(path.join(place, file)), realRoots))
  if (inside.length === 0 || isLedOut) throw new TemplateOutsideRootsError(name, roots)
  throw new TemplateNotFoundError(name, [...new Set(inside.map((place) => realPath(place)))], file)
}

/**
 * Checks a path that somebody else (Express's view look-up) has found already.
 *
 * @returns the real path.
 */
export function confine(file: string, roots: readonly string[]): string {
  if (file.includes('\0')) throw new TemplateOutsideRootsError(file, roots)
  const real = realPath(path.resolve(file))
  const realRoots = roots.map((root) => realPath(root))
  if (!isUnder(real, realRoots)) throw new TemplateOutsideRootsError(file, roots)
  if (realFile(real) === undefined) throw new TemplateNotFoundError(file, [path.dirname(file)])
  return real
}

/** Reads a template: UTF-8; a byte order mark is not part of the page. */
export function readTemplate(file: string): Source {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  return { name: path.relative('', file) || file, text }
}

function realFile(file: string): string | undefined {
  try {
    const real = realpathSync.native(file)
    return statSync(real).isFile() ? real : undefined
  } catch {
    return undefined
  }
}

const MOST_LINKS = 40 // Linux follows no more

/**
 * The path with all links followed, also of what is not there. It is read from its root, as a name
 * may come from a request and have any number of parts that are missing.
 */
function realPath(file: string, links = MOST_LINKS): string {
  try {
    return realpathSync.native(file)
  } catch {
    // Something is missing.
  }
  const whole = path.resolve(file)
  let real = path.parse(whole).root
  const parts = whole.slice(real.length).split(path.sep)
  for (const [i, part] of parts.entries()) {
    const next = path.join(real, part)
    try {
      real = realpathSync.native(next)
    } catch {
      const target = linkAt(next)
      const isLink = target !== undefined && links > 0
      const there = isLink ? path.resolve(real, target) : next
      const rest = [there, ...parts.slice(i + 1)].join(path.sep)
      return isLink ? realPath(rest, links - 1) : rest
    }
  }
  return real
}

/** Where a link leads that leads nowhere. */
function linkAt(file: string): string | undefined {
  try {
    return readlinkSync(file)
  } catch {
    return undefined
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
