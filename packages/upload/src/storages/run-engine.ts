// oxlint-disable no-underscore-dangle -- multer's contract for storage engines names them so
import { annotated, type StorageError } from '../errors/multer-error.ts'
import { heedRejection, once } from '../callbacks.ts'
import type { UploadedFile, UploadRequest } from '../types.ts'
import type { StorageEngine } from './engine.ts'
import { markPublishedLater } from './published-later.ts'

/**
 * Gives a file to the engine. One that throws, or whose promise rejects, has failed like one that calls
 * back with the error; a promise that resolves says nothing, for the callback may still come.
 */
export function storeFile(
  storage: StorageEngine,
  req: UploadRequest,
  file: UploadedFile,
  done: (error?: unknown, info?: Partial<UploadedFile>) => void,
): void {
  if (storage._publishFile) markPublishedLater(file)
  heedRejection(() => storage._handleFile(req, file, done), done)
}

/** Publishes files one after the other; calls back with the first error. */
export function publishFiles(
  storage: StorageEngine,
  req: UploadRequest,
  files: readonly UploadedFile[],
  done: (error: Error | null) => void,
): void {
  if (storage._publishFile === undefined) return done(null)
  const [first, ...rest] = files
  if (first === undefined) return done(null)
  const published = once((error: Error | null): void => {
    if (error) done(error)
    else publishFiles(storage, req, rest, done)
  })
  heedRejection(() => storage._publishFile?.(req, first, published), published)
}

/**
 * Removes every file, one after the other as multer does, whatever happens to the others; calls back
 * with what could not be removed.
 */
export function removeFiles(
  storage: StorageEngine,
  req: UploadRequest,
  files: readonly UploadedFile[],
  done: (errors: StorageError[]) => void,
  errors: StorageError[] = [],
): void {
  const [file, ...rest] = files
  if (file === undefined) return done(errors)
  const removed = once((error?: Error | null): void => {
    if (error) errors.push(annotated(error, { file, field: file.fieldname }))
    removeFiles(storage, req, rest, done, errors)
  })
  heedRejection(() => storage._removeFile(req, file, removed), removed)
}
