import {
  defaultLimits,
  diskStorage,
  DiskStorageOptions,
  ErrorCode,
  Field,
  FileFilter,
  FileFilterCallback,
  FormBody,
  FormField,
  FormFile,
  Limits,
  memoryStorage,
  Middleware,
  Multer,
  MulterError,
  Options,
  Part,
  parts,
  PartsOptions,
  Quota,
  safeFileName,
  StorageEngine,
  StorageError,
  SweepOptions,
  sweepUploads,
  UploadedFile,
  UploadRequest,
} from '../dist/names.js'

/**
 * Reads multipart forms: `upload(options).single('avatar')` is a middleware for Express, Connect,
 * our own core, or a plain `node:http` listener that brings a `next`.
 *
 * @throws {TypeError} `UPLOAD_BAD_OPTION` for an option that cannot be meant.
 *
 * @example
 * app.post('/avatar', upload({ accept: ['image/png'] }).single('avatar'), (req, res) => {
 *   res.send(`${req.file.originalname}: ${req.file.size} bytes`)
 * })
 */
declare function upload(options?: Options): Multer
declare namespace upload {
  export {
    defaultLimits,
    diskStorage,
    DiskStorageOptions,
    ErrorCode,
    Field,
    FileFilter,
    FileFilterCallback,
    FormBody,
    FormField,
    FormFile,
    Limits,
    memoryStorage,
    Middleware,
    Multer,
    MulterError,
    Options,
    Part,
    parts,
    PartsOptions,
    Quota,
    safeFileName,
    StorageEngine,
    StorageError,
    SweepOptions,
    sweepUploads,
    UploadedFile,
    UploadRequest,
  }
}
export = upload
