import { Accept } from './checks/accept.ts'
import { limitsByApp } from './checks/app-limits.ts'
import { type Limits, type ResolvedLimits, resolveLimits } from './checks/limits.ts'
import type { Quota } from './checks/quota.ts'
import { UploadOptionError } from './errors/option-error.ts'
import type { StreamHandler } from './multipart/form-reader.ts'
import { type ParamDecoder, paramDecoder } from './multipart/param-text.ts'
import { diskStorage } from './storages/disk.ts'
import type { StorageEngine } from './storages/engine.ts'
import { memoryStorage } from './storages/memory.ts'
import type { UploadedFile, UploadRequest } from './types.ts'

/** What `upload()` can be told. */
export interface Options {
  /** Where files go. @default memory, unless `dest` is set */
  storage?: StorageEngine | undefined
  /**
   * Folder to store files in, under random names. Made when it does not exist.
   *
   * @default none: files stay in memory
   */
  dest?: string | undefined
  /**
   * Overrides of the limits of the app and of the default limits, or what a request may use: `(req) => ({ fileSize: … })`.
   *
   * @default those of the app
   */
  limits?: Limits | LimitsOf | undefined
  /**
   * Types that are let in: `image/png`, `image/*`. Decided by a file's first bytes, before the
   * filter and the storage hear of it; what the client calls it only serves to tell apart formats
   * that are plain text.
   *
   * - Errors: `FILE_TYPE_REFUSED`, 415.
   * @default everything
   */
  accept?: readonly string[] | undefined
  /** Sets `file.detectedMimetype` without refusing anything. `accept` implies it. @default false */
  sniff?: boolean | undefined
  /** Computes `file.sha256` while the bytes pass. @default none */
  hash?: 'sha256' | undefined
  /** A budget of bytes per client, or per whatever else: see {@link Quota}. @default none */
  quota?: Quota | undefined
  /**
   * Decides file by file; a promise of a boolean does as well as the callback.
   *
   * @default lets every file in
   */
  fileFilter?: FileFilter | undefined
  /** Keeps the folders of a client's file name, which never lead upwards. @default false */
  preservePath?: boolean | undefined
  /**
   * Charset of names that do not say theirs. multer's own default is `'latin1'`.
   *
   * @default UTF-8, and Latin-1 for bytes that are not UTF-8
   */
  defParamCharset?: string | undefined
  /** Charset of field values that do not say theirs. @default 'utf8' */
  defCharset?: string | undefined
  /** Bytes of body read ahead by `streamHandler`'s target. @default Node's */
  highWaterMark?: number | undefined
  /** Bytes of one file read ahead of its storage. @default 131_072 (128 KiB) */
  fileHwm?: number | undefined
  /** Feeds the body itself, where a platform has read it already. @default the request */
  streamHandler?: StreamHandler | undefined
}

/** What one request may use; `undefined` for what the app's limits say, or else the defaults. */
// Taken from a method, whose parameters are compared both ways: a function that wants Express's own
// Request fits.
type LimitsOf = { method(this: void, req: UploadRequest): Limits | undefined }['method']

/** How a filter answers: with an error, or with whether the file is let in. */
export interface FileFilterCallback {
  (error: Error): void
  (error: null, acceptFile: boolean): void
}

/** Decides whether a file is let in; by a promise of a boolean, or by the callback. */
// Taken from a method, as `LimitsOf` is.
export type FileFilter = {
  method(
    this: void,
    req: UploadRequest,
    file: UploadedFile,
    callback: FileFilterCallback,
  ): void | PromiseLike<boolean | void>
}['method']

/**
 * The options of an uploader, checked once, ready to be used by every request. Each is a property of
 * its own, be it undefined: what stands on a polluted Object.prototype is never read.
 */
export interface ResolvedOptions {
  readonly storage: StorageEngine
  readonly limitsFor: (req: UploadRequest) => ResolvedLimits
  readonly decodeParam: ParamDecoder
  readonly preservePath: boolean
  readonly accept: Accept | undefined
  /** Whether to look at what files are, be it only to say so. */
  readonly sniff: boolean
  readonly hash: 'sha256' | undefined
  readonly quota: Quota | undefined
  readonly fileFilter: FileFilter | undefined
  readonly streamHandler: StreamHandler | undefined
  readonly defCharset: string | undefined
  readonly fileHwm: number | undefined
  readonly highWaterMark: number | undefined
}

/** @throws {UploadOptionError} for an option that cannot be meant; see each option. */
export function resolveOptions(given: Options): ResolvedOptions {
  const options: Options = Object.assign(Object.create(null) as Options, given)
  const { storage, dest, hash, fileFilter, streamHandler } = options
  if (hash !== undefined && hash !== 'sha256') {
    throw new UploadOptionError('hash', `Expected hash to be 'sha256', got ${String(hash)}`)
  }
  if (streamHandler !== undefined && typeof streamHandler !== 'function') {
    throw new UploadOptionError('streamHandler', 'Expected streamHandler to be a function')
  }
  if (fileFilter != null && typeof fileFilter !== 'function') {
    throw new UploadOptionError('fileFilter', 'Expected fileFilter to be a function')
  }
  return {
    storage: storage ?? (dest ? diskStorage({ destination: dest }) : memoryStorage()),
    limitsFor: limitsOf(options.limits),
    decodeParam: paramDecoder(options.defParamCharset),
    preservePath: options.preservePath ?? false,
    accept: options.accept && new Accept(options.accept),
    sniff: options.sniff ?? false,
    hash,
    quota: options.quota,
    fileFilter,
    streamHandler,
    defCharset: options.defCharset,
    fileHwm: options.fileHwm,
    highWaterMark: options.highWaterMark,
  }
}

function limitsOf(limits: Options['limits']): ResolvedOptions['limitsFor'] {
  if (typeof limits === 'function')
    return (req) => resolveLimits(limits(req) ?? {}, limitsByApp(req))
  const given = limits ?? {}
  const resolved = resolveLimits(given)
  return (req) => {
    const byApp = limitsByApp(req)
    return byApp === undefined ? resolved : resolveLimits(given, byApp)
  }
}
