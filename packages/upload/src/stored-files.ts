// oxlint-disable no-underscore-dangle -- multer's contract for storage engines names them so
import { annotated, type StorageError } from './errors/multer-error.ts'
import { heedRejection, once } from './once.ts'
import { markPublishedLater } from './publish.ts'
import type { StorageEngine, UploadedFile, UploadRequest } from './types.ts'

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
