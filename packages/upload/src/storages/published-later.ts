import type { UploadedFile } from '../types.ts'

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
