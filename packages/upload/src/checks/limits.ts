import { inspect } from 'node:util'
import { UploadOptionError } from '../errors/option-error.ts'

/**
 * Every limit of an upload. All are on by default; what a value passes is refused with the named
 * code, what equals it is allowed. `Infinity` switches one off.
 */
export interface Limits {
  /**
   * Bytes of one file.
   *
   * - Errors: `LIMIT_FILE_SIZE`, 413.
   * @default 16_777_216 (16 MiB)
   */
  fileSize?: number | undefined
  /**
   * Files in a request. An empty file input counts as none.
   *
   * - Errors: `LIMIT_FILE_COUNT`, 413.
   * @default 20
   */
  files?: number | undefined
  /**
   * Fields that are not files.
   *
   * - Errors: `LIMIT_FIELD_COUNT`, 413.
   * @default 1000
   */
  fields?: number | undefined
  /**
   * Parts, which are fields, files and empty file inputs together.
   *
   * - Errors: `LIMIT_PART_COUNT`, 413.
   * @default 1000, or `fields` + `files` when one of them was raised
   */
  parts?: number | undefined
  /**
   * Bytes of one field's value.
   *
   * - Errors: `LIMIT_FIELD_VALUE`, 413.
   * @default 1_048_576 (1 MiB, multer's)
   */
  fieldSize?: number | undefined
  /**
   * Bytes of a field's name, as sent.
   *
   * - Errors: `LIMIT_FIELD_KEY`, 400.
   * @default 256
   */
  fieldNameSize?: number | undefined
  /**
   * Bytes of a file's name, as sent. (`originalname` is shortened to 255 bytes, what disks take.)
   *
   * - Errors: `LIMIT_FILE_NAME`, 400.
   * @default 1024
   */
  fileNameSize?: number | undefined
  /**
   * Levels of a field's path: `a[b][c]` has two.
   *
   * - Errors: `LIMIT_FIELD_NESTING`, 400.
   * @default 8
   */
  fieldNestingDepth?: number | undefined
  /**
   * Largest array index in a field's path: `a[3]` makes an array of four.
   *
   * - Errors: `LIMIT_FIELD_ARRAY_INDEX`, 400.
   * @default 1000
   */
  fieldArrayIndexLimit?: number | undefined
  /**
   * Headers of one part.
   *
   * - Errors: `LIMIT_HEADER_PAIRS`, 400.
   * @default 32
   */
  headerPairs?: number | undefined
  /**
   * Bytes of one part's headers.
   *
   * - Errors: `LIMIT_HEADER_SIZE`, 400.
   * - At most 16 KiB, which is where busboy stops reading.
   * @default 16_384 (16 KiB)
   */
  headerSize?: number | undefined
  /**
   * Bytes of the whole body.
   *
   * - Errors: `LIMIT_TOTAL_BYTES`, 413; at once when `Content-Length` says so.
   * @default 67_108_864 (64 MiB); at least `files` × `fileSize` plus 8 MiB when one of them was set;
   * and more by as much as `fields` × `fieldSize` were raised
   */
  totalBytes?: number | undefined
  /**
   * Milliseconds without a byte from the client. The time a storage engine takes does not count.
   *
   * - Errors: `LIMIT_IDLE_TIME`, 408.
   * @default 30_000
   */
  idleTime?: number | undefined
}

export type ResolvedLimits = { readonly [Name in keyof Limits]-?: number }

const MiB = 1024 * 1024

/** The limits that hold where none was given. */
export const defaultLimits: ResolvedLimits = {
  fileSize: 16 * MiB,
  files: 20,
  fields: 1000,
  parts: 1000,
  fieldSize: MiB,
  fieldNameSize: 256,
  fileNameSize: 1024,
  fieldNestingDepth: 8,
  fieldArrayIndexLimit: 1000,
  headerPairs: 32,
  headerSize: 16 * 1024,
  totalBytes: 64 * MiB,
  idleTime: 30_000,
}

/**
 * Completes the limits that were given with the defaults.
 *
 * @param byApp - limits of the whole app, which hold where a route has none of its own.
 * @throws {UploadOptionError} for an unknown name (a misspelt limit is no limit), and for a value that is
 * neither a whole number from 0 nor `Infinity`.
 */
export function resolveLimits(options: Limits = {}, byApp: Limits = {}): ResolvedLimits {
  const given: Limits = Object.assign(Object.create(null) as Limits, byApp)
  for (const [name, value] of Object.entries(options) as [keyof Limits, number | undefined][]) {
    if (value != null || !Object.hasOwn(given, name)) given[name] = value
  }
  const limits: Record<keyof Limits, number> = { ...defaultLimits }
  for (const [name, value] of Object.entries(given) as [keyof Limits, unknown][]) {
    if (!Object.hasOwn(defaultLimits, name)) {
      const known = Object.keys(defaultLimits).join(', ')
      throw new UploadOptionError('limits', `Cannot limit "${name}": the limits are ${known}`)
    }
    if (value === undefined || value === null) continue
    if (!isLimit(value)) {
      throw new UploadOptionError(
        `limits.${name}`,
        `Expected limits.${name} to be a non-negative integer or Infinity, got ${inspect(value)}`,
      )
    }
    limits[name] = value
  }
  // A limit that was raised must not be cancelled by another that nobody thought of.
  const { files, fields, fieldSize } = defaultLimits
  if (given.parts == null && (limits.fields > fields || limits.files > files)) {
    limits.parts = Math.max(limits.parts, limits.fields + limits.files)
  }
  if (given.totalBytes == null) {
    if (given.fileSize != null || limits.files > files) {
      limits.totalBytes = Math.max(limits.totalBytes, limits.files * limits.fileSize + 8 * MiB || 0)
    }
    limits.totalBytes += Math.max(0, limits.fields * limits.fieldSize - fields * fieldSize || 0)
  }
  return limits
}

function isLimit(value: unknown): value is number {
  return value === Infinity || (Number.isInteger(value) && (value as number) >= 0)
}
