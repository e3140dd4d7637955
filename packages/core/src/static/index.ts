export {
  DirectoryError,
  FileAbortedError,
  FileError,
  FileNotFoundError,
  FilePreconditionError,
  FileShrankError,
  ForbiddenPathError,
  HeadersSentError,
  MalformedPathError,
  UnsatisfiableRangeError,
} from './errors.ts'
export type { Dotfiles, FileOptions, SetHeaders } from './file-options.ts'
export type { SiblingCoding } from './precompressed.ts'
export { sendFile, type SendFileCallback, type SendFileOptions } from './send-file.ts'
export { serveStatic, type StaticHandler, type StaticOptions } from './serve-static.ts'
export type { SmallFileOptions } from './small-files.ts'
