import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files of one change that are named. */
const MOST_NAMED = 3

/** A place in a source file; line and column count from 1. */
export interface Place {
  /** An absolute path. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Reads `file:line:column`, where the file may be a `file:` URL. */
export function parsePlace(text: string | undefined): Place | undefined {
  const [, where = '', line, column] = /^(.*?):(\d+)(?::(\d+))?$/s.exec(text ?? '') ?? []
  if (line === undefined) return undefined
  const file = filePath(where)
  if (file === undefined) return undefined
  return { file, line: Number(line), column: Number(column ?? 1) }
}

/** Writes a place as a person reads it: from the working folder when it lies below. */
export function showPlace({ file, line, column }: Place, folder = process.cwd()): string {
  return `${showFile(file, folder)}:${line}:${column}`
}

/** A file as seen from the working folder when it lies below. */
export function showFile(file: string, folder = process.cwd()): string {
  const relative = path.relative(folder, file)
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative
}

/** A few files by name; a checkout of another branch changes hundreds. */
export function showFiles(files: readonly string[], folder = process.cwd()): string {
  const named = files.slice(0, MOST_NAMED).map((file) => showFile(file, folder))
  const rest = files.length - named.length
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function filePath(where: string): string | undefined {
  if (!where.startsWith('file:')) return path.isAbsolute(where) ? where : undefined
  try {
    return fileURLToPath(where)
  } catch {
    return undefined // a URL of another machine, or with an encoded slash
  }
}
