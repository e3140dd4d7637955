import type { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import type { Limits } from './limits.ts'
import type { Quota } from './quota.ts'

// The same declarations as @types/multer's, which merge: both packages can be installed. What is
// ours alone is optional, so that a file made for multer is still a file.
declare global {
  namespace Express {
    namespace Multer {
      interface File {
        /** Name of the form field. */
        fieldname: string
        /** The client's name for the file, made safe to show and to use as a file name. */
        originalname: string
        /** The part's `Content-Transfer-Encoding`. Informative: the bytes are never decoded. */
        encoding: string
        /** What the client says the file is. What it is: `detectedMimetype`. */
        mimetype: string
        /** Bytes. */
        size: number
        /** The file's bytes; only while a storage engine's `_handleFile` runs. See `StorageEngine`. */
        stream: Readable & { truncated?: boolean }
        /** Disk storage: the folder. */
        destination: string
        /** Disk storage: the name within `destination`. */
        filename: string
        /** Disk storage: `destination` and `filename` joined. */
        path: string
        /** Memory storage: the whole file. */
        buffer: Buffer
        /** What the first bytes say the file is; set when `accept` or `sniff` asked for it. */
        detectedMimetype?: string
        /** Hexadecimal; set when `hash` asked for it. */
        sha256?: string
        /** The client's name as it came over the wire. Not enumerable. */
        originalnameBytes?: Buffer
      }
    }
    interface Request {
      /** The file `single()` let in. */
      file?: Multer.File | undefined
      /** The files `array()` and `any()` let in, or by field those of `fields()`. */
      files?: { [fieldname: string]: Multer.File[] } | Multer.File[] | undefined
    }
  }
}

export type UploadedFile = Express.Multer.File

export interface UploadRequest extends IncomingMessage, Express.Request {
  body?: unknown
}

export type NextFunction = (error?: unknown) => void

/** Fits Express, Connect, and a plain `http.createServer` listener that passes a `next`. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: NextFunction) => void

export interface FileFilterCallback {
  (error: Error): void
  (error: null, acceptFile: boolean): void
}

// Taken from methods, whose parameters are compared both ways: a function that wants Express's own
// Request fits.
export type FileFilter = {
  method(
    this: void,
    req: UploadRequest,
    file: UploadedFile,
    callback: FileFilterCallback,
  ): void | PromiseLike<boolean | void>
}['method']
export type StreamHandler = {
  method(this: void, req: UploadRequest, target: Writable): void
}['method']

/**
 * multer's contract for a place to put files, and one optional step more.
 *
 * Each method may be `async`: a promise that rejects is a failure like an error that is called back
 * with. One that resolves says nothing, as the callback may still come.
 */
export interface StorageEngine {
  /**
   * Reads `file.stream` to its end and calls back with what to add to the file.
   *
   * The stream always ends. When the request fails meanwhile, by a limit or because the client has
   * gone, it ends early with `truncated` set (a file that outgrew its limit also emits `limit`): call
   * back as ever, and `_removeFile` is called.
   */
  _handleFile(
    req: UploadRequest,
    file: UploadedFile,
    callback: (error?: unknown, info?: Partial<UploadedFile>) => void,
  ): void | PromiseLike<unknown>
  /**
   * Removes what `_handleFile` stored, because the request failed. Called for one file after the
   * other, with what that had called back with; also for a file that is not finished two seconds
   * after the failure, if the engine has set its `path` by then, and for one that is finished later.
   */
  _removeFile(
    req: UploadRequest,
    file: UploadedFile,
    callback: (error: Error | null) => void,
  ): void | PromiseLike<unknown>
  /** Moves a file to its final place. Called for each one when the whole request has succeeded. */
  _publishFile?(
    req: UploadRequest,
    file: UploadedFile,
    callback: (error: Error | null) => void,
  ): void | PromiseLike<unknown>
}

export interface Field {
  name: string
  /** @default Infinity, within `limits.files` */
  maxCount?: number | undefined
  /** As {@link Options.accept}, for this field only. */
  accept?: readonly string[] | undefined
}

export interface Options {
  /** Where files go. @default memory, unless `dest` is set */
  storage?: StorageEngine | undefined
  /** Folder to store files in, under random names. Made when it does not exist. */
  dest?: string | undefined
  /** Overrides of the default limits, or what a request may use: `(req) => ({ fileSize: … })`. */
  limits?: Limits | ((req: UploadRequest) => Limits | undefined) | undefined
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
  /** Decides file by file; a promise of a boolean does as well as the callback. */
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
