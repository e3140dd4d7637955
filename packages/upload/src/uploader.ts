import type { IncomingMessage } from 'node:http'
import { ExpectedFiles, type Field, fileFields } from './checks/expected-files.ts'
import type { FileListShape } from './file-list.ts'
import { saysMultipart } from './multipart/content-type.ts'
import { type Options, type ResolvedOptions, resolveOptions } from './options.ts'
import { UploadReceiver } from './receive-upload.ts'
import type { Middleware } from './types.ts'

/** Makes middlewares that read multipart forms, each for the files one route expects. */
export class Uploader {
  readonly #options: ResolvedOptions

  /** @throws {UploadOptionError} for an option that cannot be meant. */
  constructor(options: Options) {
    this.#options = resolveOptions(options)
  }

  /** One file in the field `name`; it becomes `req.file`. */
  single(name: string): Middleware {
    return this.#middleware([{ name, maxCount: 1 }], 'one')
  }

  /** Files in the field `name`, at most `maxCount` of them; they become the list `req.files`. */
  array(name: string, maxCount?: number): Middleware {
    return this.#middleware([{ name, maxCount }], 'list')
  }

  /** Files in several fields; `req.files` has a list for each. */
  fields(fields: readonly Field[]): Middleware {
    return this.#middleware(fields, 'by-field')
  }

  /** No files, only fields. */
  none(): Middleware {
    return this.#middleware([], 'none')
  }

  /** Files in whatever field; they become the list `req.files`. Deal with each of them. */
  any(): Middleware {
    return this.#middleware(undefined, 'list')
  }

  #middleware(fields: readonly Field[] | undefined, shape: FileListShape): Middleware {
    const options = this.#options
    const expected = fields && fileFields(fields)
    return function uploadMiddleware(req, res, next) {
      if (!hasMultipartBody(req)) return next()
      const exchange = { req, res, next }
      new UploadReceiver(options, new ExpectedFiles(expected), shape, exchange).start()
    }
  }
}

function hasMultipartBody({ headers, httpVersionMajor }: IncomingMessage): boolean {
  if (!saysMultipart(headers['content-type'])) return false
  // RFC 9112 §6.3; HTTP/2 frames a body without either header.
  if (httpVersionMajor >= 2) return true
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined
}
