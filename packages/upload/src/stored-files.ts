// oxlint-disable no-underscore-dangle -- multer's contract for storage engines names them so
import { annotated, type StorageError } from './errors/multer-error.ts'
import { once } from './once.ts'
import { markPublishedLater } from './publish.ts'
import type { StorageEngine, UploadedFile, UploadRequest } from './types.ts'

/** Gives a file to the engine; an engine that throws has failed like one that calls back with it. */
export function storeFile(
  storage: StorageEngine,
  req: UploadRequest,
  file: UploadedFile,
  done: (error?: unknown, info?: Partial<UploadedFile>) => void,
): void {
  if (storage._publishFile) markPublishedLater(file)
  try {
    storage._handleFile(req, file, done)
  } catch (error) {
    done(error)
  }
}

/** Removes every file, whatever happens to the others; calls back with what could not be removed. */
export function removeFiles(
  storage: StorageEngine,
  req: UploadRequest,
  files: readonly UploadedFile[],
  done: (errors: StorageError[]) => void,
): void {
  const errors: StorageError[] = []
  let left = files.length
  if (left === 0) return done(errors)
  for (const file of files) {
    removeFile(storage, req, file, (error) => {
      if (error) errors.push(annotated(error, { file, field: file.fieldname }))
      if (--left === 0) done(errors)
    })
  }
}

function removeFile(
  storage: StorageEngine,
  req: UploadRequest,
  file: UploadedFile,
  callback: (error: Error | null) => void,
): void {
  const done = once(callback)
  try {
    storage._removeFile(req, file, done)
  } catch (error) {
    done(error as Error)
  }
}
