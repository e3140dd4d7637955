// oxlint-disable no-underscore-dangle -- named like multer's contract for storage engines
import { heedRejection, once } from './once.ts'
import type { StorageEngine, UploadedFile, UploadRequest } from './types.ts'

const publishedLater = Symbol('published later')
type MarkedFile = UploadedFile & { [publishedLater]?: true }

/** Tells a storage engine that this file's `_publishFile` is going to be called. */
export function markPublishedLater(file: UploadedFile): void {
  Object.defineProperty(file, publishedLater, { configurable: true, value: true })
}

/**
 * Whether the file will be published with the others of its request. It will not when an engine made
 * for multer hands it on to one of ours: that one has to publish it when it is stored.
 */
export function isPublishedLater(file: MarkedFile): boolean {
  return file[publishedLater] === true
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
