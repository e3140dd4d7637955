import { promisify } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { constants, gunzip, gunzipSync, gzip } from 'node:zlib'

import { decodeParts, encodeParts, PARTS } from './json-and-bytes.ts'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** How a value in gzip begins; V8's format begins with 0xff. So a value itself says what it is. */
const GZIP = 0x1f
/** Up to so many bytes, a thread of its own would cost more than it saves. */
const SMALL = 2 ** 16

/**
 * A value as it lies in Redis: as JSON and bytes where that can say it, else in V8's format; compressed where
 * it is larger than `above` bytes and that helps.
 */
export async function encodeValue(value: unknown, above: number): Promise<Buffer> {
  const plain = encodeParts(value) ?? serialize(value)
  if (plain.length <= above) return plain
  // Pages are written once and read often: the level matters little for size, and much for time.
  const packed = await compress(plain, { level: constants.Z_BEST_SPEED })
  return packed.length < plain.length ? packed : plain
}

/** What `encodeValue` was given, whatever `above` was then. */
export function decodeValue(stored: Buffer): unknown {
  if (stored[0] !== GZIP) return decodePlain(stored)
  return stored.length <= SMALL
    ? decodePlain(gunzipSync(stored))
    : decompress(stored).then(decodePlain)
}

function decodePlain(stored: Buffer): unknown {
  return stored[0] === PARTS ? decodeParts(stored) : deserialize(stored)
}
