import * as zlib from 'node:zlib'
import type { Transform } from 'node:stream'
import { UnsupportedEncodingError } from './errors.ts'

/** Content codings that a request body may be compressed with. */
export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd'

/**
 * Which codings are inflated: all that are safe here, none, or exactly those listed.
 * A coding that the runtime lacks stays unsupported.
 */
export type Inflate = boolean | readonly ContentCoding[]

/**
 * Opens the decompressor of a content coding.
 *
 * @param coding - in lower case.
 * @throws {UnsupportedEncodingError} 415, for a coding that is unknown, absent or switched off.
 */
export function openInflater(coding: string, inflate: Inflate): Transform {
  if (inflate === false) throw new UnsupportedEncodingError(coding, 'content encoding unsupported')
  const open = inflaters.get(coding as ContentCoding)
  const wanted = inflate === true ? safeCodings : inflate
  if (open === undefined || !wanted.includes(coding as ContentCoding)) {
    throw new UnsupportedEncodingError(coding)
  }
  return open()
}

/**
 * Tells whether this Node.js carries a Brotli decoder without CVE-2026-111497, an out-of-bounds
 * write that any client reaches who may send `Content-Encoding: br`.
 *
 * @param version - as in `process.versions.node`.
 */
export function hasSafeBrotli(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version
    .split('.')
    .map((part) => Number.parseInt(part, 10))
  const fixed = FIXED_IN[major]
  if (fixed === undefined) return major > NEWEST_FIXED
  return minor > fixed[0] || (minor === fixed[0] && patch >= fixed[1])
}

/** First fixed release of each line: minor and patch. Lines not named never got the fix. */
const FIXED_IN: Readonly<Record<number, readonly [number, number]>> = {
  22: [23, 4],
  24: [22, 1],
  26: [12, 1],
}
const NEWEST_FIXED = 26

const inflaters = new Map<ContentCoding, () => Transform>([
  ['gzip', () => zlib.createGunzip()],
  ['deflate', () => zlib.createInflate()],
  ['br', () => zlib.createBrotliDecompress()],
])

// Node 22.15 has it, the Node 20 that we build for has not.
const { createZstdDecompress } = zlib as {
  createZstdDecompress?: (options: { params: Record<number, number> }) => Transform
}
if (createZstdDecompress !== undefined) {
  // RFC 9659: no more than 8 MiB of window, or each request could claim 128 MiB.
  const windowLogMax = (zlib.constants as Record<string, number>)['ZSTD_d_windowLogMax']
  const params: Record<number, number> = windowLogMax === undefined ? {} : { [windowLogMax]: 23 }
  inflaters.set('zstd', () => createZstdDecompress({ params }))
}

const safeCodings: readonly ContentCoding[] = hasSafeBrotli(process.versions.node)
  ? ['gzip', 'deflate', 'br', 'zstd']
  : ['gzip', 'deflate']
