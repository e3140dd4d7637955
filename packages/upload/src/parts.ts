import type { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { PartQueue } from './part-queue.ts'
import { planUploads } from './plan.ts'
import type { Options } from './types.ts'

/** A field that is not a file. */
export interface FormField {
  readonly kind: 'field'
  readonly name: string
  readonly value: string
  readonly encoding: string
  readonly mimetype: string
}

/** A file, whose bytes are still arriving. */
export interface FormFile {
  readonly kind: 'file'
  readonly name: string
  /** The client's name for the file, safe to show and to use as a file name. */
  readonly filename: string
  readonly filenameBytes: Buffer
  readonly encoding: string
  /** What the client says the file is. */
  readonly mimetype: string
  /** What its first bytes say; set when `accept` or `sniff` asked for it. */
  readonly detectedMimetype: string | undefined
  /** The bytes. What nobody has begun to read when the next part is asked for is let go. */
  readonly stream: Readable
  /** Bytes that have arrived; all of them once `stream` has ended. */
  readonly size: number
  /** Hexadecimal, once `stream` has ended; set when `hash` asked for it. */
  readonly sha256: string | undefined
}

export type Part = FormField | FormFile

export interface PartsOptions extends Pick<
  Options,
  | 'accept'
  | 'defCharset'
  | 'defParamCharset'
  | 'fileHwm'
  | 'hash'
  | 'limits'
  | 'preservePath'
  | 'quota'
  | 'sniff'
> {
  /**
   * Fields that must come before the first file. When one does not, the file is refused before a
   * byte of it was read.
   *
   * - Errors: `FIELD_REQUIRED_FIRST`, 400; also at the end of a form without files.
   * @default none
   */
  needs?: readonly string[] | undefined
  /**
   * Where the request is answered; only needed outside Express and its like, which set `req.res`. It
   * lets an early refusal close the connection when much of the body is still to come.
   */
  res?: ServerResponse | undefined
}

/**
 * A form's parts in wire order, fields and files alike, each as soon as it is there. The client
 * sends no faster than they are taken.
 *
 * Leaving the loop, by `break` or by an error, ends the upload: what is left of the body is
 * discarded, and the answer need not wait for it.
 *
 * @throws {MulterError} from the loop, whatever is wrong with the form; {@link TypeError} at once for
 * an option that cannot be meant.
 *
 * @example
 * for await (const part of parts(req, { needs: ['token'], accept: ['image/*'] })) {
 *   if (part.kind === 'file') await pipeline(part.stream, bucket.upload(part.filename))
 *   else if (part.name === 'token') await check(part.value)
 * }
 */
export function parts(
  req: IncomingMessage,
  options: PartsOptions = {},
): AsyncIterableIterator<Part> {
  const { needs = [], res } = Object.assign(Object.create(null) as PartsOptions, options)
  const plan = planUploads(options)
  return new PartQueue({ req, res: res ?? (req as { res?: ServerResponse }).res, plan, needs })
}
