/**
 * Decodes UTF-32, the one Unicode form that TextDecoder lacks.
 *
 * Without `order`, a byte order mark decides (Unicode 16, D101); without one, the place of the
 * zero bytes that every real text has.
 */
export function decodeUtf32(bytes: Buffer, order = detectOrder(bytes)): string {
  const read = order === 'be' ? 'readUInt32BE' : 'readUInt32LE'
  let text = ''
  let units: number[] = []
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const point = bytes[read](i)
    if (i === 0 && point === BYTE_ORDER_MARK) continue
    units.push(isScalar(point) ? point : REPLACEMENT)
    if (units.length === 4096) {
      text += String.fromCodePoint(...units)
      units = []
    }
  }
  if (bytes.length % 4 !== 0) units.push(REPLACEMENT)
  return text + String.fromCodePoint(...units)
}

const BYTE_ORDER_MARK = 0xfeff
const REPLACEMENT = 0xfffd

/** Surrogates and what lies past U+10FFFF are no characters (Unicode 16, D90). */
function isScalar(point: number): boolean {
  return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
}

/** The byte of highest value is zero in every character: it stands first in big-endian text. */
function detectOrder(bytes: Buffer): 'le' | 'be' {
  if (bytes.length < 4) return 'le'
  if (bytes.readUInt32LE(0) === BYTE_ORDER_MARK) return 'le'
  if (bytes.readUInt32BE(0) === BYTE_ORDER_MARK) return 'be'
  let bigEndian = 0
  for (let i = 0; i + 4 <= Math.min(bytes.length, 256); i += 4) {
    if (bytes[i] === 0 && bytes[i + 3] !== 0) bigEndian++
    if (bytes[i] !== 0 && bytes[i + 3] === 0) bigEndian--
  }
  return bigEndian > 0 ? 'be' : 'le'
}
