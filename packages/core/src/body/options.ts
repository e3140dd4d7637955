import { ArgumentError } from '../errors/argument-error.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { onDemand } from '../on-demand.ts'
import { parseByteSize } from '../limits/byte-size.ts'
import { contentTypeOf } from './content-type.ts'
import type { ContentCoding, Inflate } from './inflate.ts'

/** A request as a parser leaves it. */
export interface RequestWithBody extends IncomingMessage {
  body?: unknown
  rawBody?: Buffer
}

/** `(req, res, next)` middleware, under Tokkyu, Express, Connect or by hand. */
export type BodyParser = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

// Written as methods, whose parameters compare both ways: programs annotate their own with Express's
// request and response, which are node's and more.
type Verify = {
  verify(req: IncomingMessage, res: ServerResponse, bytes: Buffer, charset: string | null): void
}['verify']
type IsWanted = { type(req: IncomingMessage): unknown }['type']

/** Options that every body parser takes. */
export interface BodyOptions {
  /**
   * Largest body that is read, counted in inflated bytes: a number, or text such as `'1mb'`.
   *
   * - Errors: `entity.too.large` (413); a `TypeError` at start for what is no amount.
   *
   * @default `app.limits.body`: '100kb'
   */
  readonly limit?: number | string | null | undefined
  /**
   * Which compressed bodies are inflated: all that are safe on this Node.js, none, or a list of
   * exactly those, e.g. `['gzip', 'br']`.
   *
   * - Errors: `encoding.unsupported` (415).
   *
   * @default true: gzip and deflate; br and zstd where the decoder is not open to CVE-2026-111497
   */
  readonly inflate?: Inflate | undefined
  /**
   * Media types to parse, as for `req.is`, or a function that decides.
   *
   * @default the parser's own, such as `application/json`
   */
  readonly type?: string | readonly string[] | IsWanted | undefined
  /**
   * Sees the bytes before they are parsed, e.g. to check a signature. What it throws is passed on.
   *
   * - Errors: `entity.verify.failed` (403), unless the thrown error has its own type and status.
   *
   * @default none
   */
  readonly verify?: Verify | false | undefined
  /** Keeps the bytes as `req.rawBody`, e.g. for webhooks. @default false */
  readonly rawBody?: boolean | undefined
}

/** What the options come to once they are checked. */
export interface BodySettings {
  /** Undefined for what the app says. */
  readonly limit: number | undefined
  readonly inflate: Inflate
  readonly accepts: (req: IncomingMessage) => unknown
  readonly verify: Exclude<BodyOptions['verify'], false | undefined> | undefined
  readonly rawBody: boolean
}

/**
 * Checks the options of a parser once, when it is made.
 *
 * @throws {TypeError} for a value that means nothing; no limit is ever dropped in silence.
 */
export function readBodyOptions(options: BodyOptions, defaultType: string): BodySettings {
  return {
    limit: readLimit(options.limit),
    inflate: readInflate(options.inflate),
    accepts: typeMatcher(options.type || defaultType),
    verify: readVerify(options.verify),
    rawBody: options.rawBody === true,
  }
}

function readLimit(limit: BodyOptions['limit']): number | undefined {
  if (limit === undefined || limit === null) return undefined
  const bytes = parseByteSize(limit)
  if (bytes === undefined) throw new ArgumentError(`option limit "${String(limit)}" is invalid`)
  return bytes
}

function readInflate(inflate: BodyOptions['inflate']): Inflate {
  if (!Array.isArray(inflate)) return inflate !== false
  for (const coding of inflate as unknown[]) {
    if (!CODINGS.includes(coding as ContentCoding)) {
      throw new ArgumentError(
        `option inflate cannot hold "${String(coding)}": expected ${CODINGS.join(', ')}`,
      )
    }
  }
  return [...(inflate as ContentCoding[])]
}

const CODINGS: readonly ContentCoding[] = ['gzip', 'deflate', 'br', 'zstd']

function readVerify(verify: BodyOptions['verify']): BodySettings['verify'] {
  if (!verify) return undefined
  if (typeof verify !== 'function') throw new ArgumentError('option verify must be function')
  return verify
}

/** `type` as a question to a request, its names looked up once. */
export function typeMatcher(type: NonNullable<BodyOptions['type']>): BodySettings['accepts'] {
  if (typeof type === 'function') return type
  const names = typeof type === 'string' ? [type] : type
  let expected: (string | false)[] | undefined
  return (req) => {
    const actual = contentTypeOf(req)?.type
    if (actual === undefined) return false
    if (names.includes(actual)) return true // without the table of media types
    const { typeIs } = onDemand
    expected ??= names.map((name) => typeIs.normalize(name))
    return expected.some((one) => typeIs.match(one, actual))
  }
}
