import type { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'

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

/** A file of a request, as `req.file` and `req.files` have it: multer's type of it. */
export type UploadedFile = Express.Multer.File

/** What the middlewares need of a request: Express's, or node's own. */
export interface UploadRequest extends IncomingMessage, Express.Request {
  /** The fields of the form, once it was read. */
  body?: unknown
}

/** Called without an argument when the form was read, or with what went wrong. */
export type NextFunction = (error?: unknown) => void

/** Fits Express, Connect, and a plain `http.createServer` listener that passes a `next`. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: NextFunction) => void
