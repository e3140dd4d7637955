import { type ErrorCode, MulterError, type StorageError } from './errors/multer-error.ts'
import type { FormBody } from './field-path.ts'
import { safeFileName } from './file-name.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { type FormField, type FormFile, type Part, parts, type PartsOptions } from './parts.ts'
import type { Quota } from './quota.ts'
import { diskStorage, type DiskStorageOptions } from './storages/disk.ts'
import { memoryStorage } from './storages/memory.ts'
import { type SweepOptions, sweepUploads } from './sweep.ts'
import type {
  Field,
  FileFilter,
  FileFilterCallback,
  Middleware,
  Options,
  StorageEngine,
  UploadedFile,
  UploadRequest,
} from './types.ts'
import { Uploader } from './uploader.ts'

/**
 * Reads multipart forms: `upload(options).single('avatar')` is a middleware for Express, Connect,
 * our own core, or a plain `node:http` listener that brings a `next`.
 *
 * @throws {TypeError} for an option that cannot be meant.
 *
 * @example
 * app.post('/avatar', upload({ accept: ['image/png'] }).single('avatar'), (req, res) => {
 *   res.send(`${req.file.originalname}: ${req.file.size} bytes`)
 * })
 */
function upload(options: Options = {}): Uploader {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('Expected object for argument options')
  }
  return new Uploader(options)
}

upload.diskStorage = diskStorage
upload.memoryStorage = memoryStorage
upload.MulterError = MulterError
upload.defaultLimits = defaultLimits
upload.parts = parts
upload.safeFileName = safeFileName
upload.sweepUploads = sweepUploads

declare namespace upload {
  export type {
    DiskStorageOptions,
    ErrorCode,
    Field,
    FileFilter,
    FileFilterCallback,
    FormBody,
    FormField,
    FormFile,
    Limits,
    Middleware,
    Multer,
    Options,
    Part,
    PartsOptions,
    Quota,
    StorageEngine,
    StorageError,
    SweepOptions,
    UploadedFile,
    UploadRequest,
  }
}

/** What `upload()` returns; multer's name for it. */
type Multer = Uploader

export type {
  DiskStorageOptions,
  ErrorCode,
  Field,
  FileFilter,
  FileFilterCallback,
  FormBody,
  FormField,
  FormFile,
  Limits,
  Middleware,
  Multer,
  Options,
  Part,
  PartsOptions,
  Quota,
  StorageEngine,
  StorageError,
  SweepOptions,
  UploadedFile,
  UploadRequest,
}
export { defaultLimits, diskStorage, memoryStorage, MulterError, parts, safeFileName, sweepUploads }
export default upload
