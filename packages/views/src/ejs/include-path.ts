import { existsSync } from 'node:fs'
import path from 'node:path'

import { IncludeNotFoundError } from '../source/errors.ts'
import type { EscapeCallback, Options } from './ejs-types.ts'

/**
 * Where EJS looks for an include: `.ejs` is added to a name without an extension.
 *
 * @param filename - the including file, or with `isDirectory` the folder to look in.
 * @example ejs.resolveInclude('row', '/views/page.ejs') // '/views/row.ejs'
 */
export function resolveInclude(name: string, filename: string, isDirectory = false): string {
  const folder = isDirectory ? filename : path.dirname(filename)
  const file = path.resolve(folder, name)
  return path.extname(name) === '' ? `${file}.ejs` : file
}

/**
 * The file that an include means: from the root when absolute, else beside the including file, else
 * in a views folder. As in EJS nothing keeps it inside of any folder; `createEngine` does.
 */
export function includePath(
  name: string,
  { filename, root, views, includer }: Options,
  escape: EscapeCallback,
): string | undefined {
  if (/^[A-Za-z]:\\|^\//.test(name)) {
    const relative = name.replace(/^\/*/, '')
    if (Array.isArray(root)) return firstExisting(relative, root as string[])
    return resolveInclude(relative, (root as string | undefined) || '/', true)
  }
  if (filename !== undefined) {
    const beside = resolveInclude(name, filename)
    if (existsSync(beside)) return beside
  }
  const found = Array.isArray(views) ? firstExisting(name, views as string[]) : undefined
  if (found === undefined && typeof includer !== 'function') {
    throw new IncludeNotFoundError(name, escape)
  }
  return found
}

/** The last place tried when none exists, as EJS does: the error of reading it says where. */
function firstExisting(name: string, folders: readonly string[]): string | undefined {
  return folders
    .map((folder) => resolveInclude(name, folder, true))
    .find((file) => existsSync(file))
}
