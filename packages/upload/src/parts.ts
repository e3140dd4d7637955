import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Part, PartQueue } from './part-queue.ts'
import { type Options, resolveOptions } from './options.ts'

/** How a form's parts are taken one by one. */
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
   *
   * @default `req.res`
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
 * @throws {MulterError} from the loop, whatever is wrong with the form; {@link UploadOptionError} at once for
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
  const resolved = resolveOptions(options)
  return new PartQueue(req, res ?? (req as { res?: ServerResponse }).res, resolved, needs)
}
