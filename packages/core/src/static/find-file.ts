import { promises as fs, type Stats } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { FileNotFoundError, markFileSystemError } from './errors.ts'
import type { FileSettings } from './file-options.ts'

/** A regular file that may be served. */
export interface FoundFile {
  /** As it was asked for. */
  readonly path: string
  /** Where it is, symbolic links resolved. */
  readonly realPath: string
  readonly stats: Stats
}

/**
 * Finds the file that a path stands for: itself, its index when it names a directory, or with one
 * of the extensions.
 *
 * @returns `'directory'` for a directory that is not asked for its index.
 * @throws {FileNotFoundError} and errors of the file system with a status.
 */
export async function findFile(
  path: string,
  isDirectory: boolean,
  settings: FileSettings,
): Promise<FoundFile | 'directory'> {
  if (isDirectory && settings.index.length > 0) {
    return findFirst(
      settings.index.map((name) => join(path, name)),
      settings,
    )
  }
  try {
    const stats = await fs.stat(isDirectory ? path + sep : path)
    if (stats.isDirectory()) {
      await confine(path, settings)
      return 'directory'
    }
    if (isDirectory) throw new FileNotFoundError()
    return await admit(path, stats, settings)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const mayExtend = code === 'ENOENT' && !isDirectory && extname(path) === ''
    if (!mayExtend || settings.extensions.length === 0) throw explain(error)
    return findFirst(
      settings.extensions.map((extension) => `${path}.${extension}`),
      settings,
      error,
    )
  }
}

async function findFirst(
  paths: readonly string[],
  settings: FileSettings,
  reason?: unknown,
): Promise<FoundFile> {
  let failure = reason
  for (const path of paths) {
    try {
      // One after the other: the order is the application's preference.
      // oxlint-disable-next-line no-await-in-loop
      const stats = await fs.stat(path)
      failure = undefined
      // oxlint-disable-next-line no-await-in-loop
      if (!stats.isDirectory()) return await admit(path, stats, settings)
    } catch (error) {
      failure = error
    }
  }
  throw explain(failure)
}

/**
 * Lets through what is a regular file inside the root.
 *
 * @throws {FileNotFoundError}
 */
export async function admit(
  path: string,
  stats: Stats,
  settings: FileSettings,
): Promise<FoundFile> {
  // A pipe would block a thread until somebody writes; a device has no end.
  if (!stats.isFile()) throw new FileNotFoundError()
  return { path, realPath: await confine(path, settings), stats }
}

/**
 * Resolves the symbolic links of a path, which may not lead out of the root.
 *
 * @throws {FileNotFoundError} as if there were nothing: what lies outside is nobody's business.
 */
async function confine(path: string, { root, followsSymlinks }: FileSettings): Promise<string> {
  if (root === undefined || followsSymlinks) return path
  // The root is looked up each time: a deployment may point it somewhere else.
  const [realPath, realRoot] = await Promise.all([fs.realpath(path), fs.realpath(root)])
  if (!contains(realRoot, realPath)) throw new FileNotFoundError()
  return realPath
}

function contains(folder: string, path: string): boolean {
  if (path === folder) return true
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function explain(error: unknown): Error {
  if (error === undefined) return new FileNotFoundError()
  if ((error as { status?: number }).status !== undefined) return error as Error
  return markFileSystemError(error as NodeJS.ErrnoException)
}
