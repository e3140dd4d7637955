import { decodeUtf32 } from './utf-32.ts'

/** Turns the bytes of a whole body into text. Bytes that fit no character become U+FFFD. */
export type Decode = (bytes: Buffer) => string

/**
 * Finds the decoder of a charset by its name in lower case.
 *
 * Whole bodies are decoded, never pieces, so a character split between two chunks cannot tear.
 * A leading byte order mark is not part of the text.
 *
 * @returns `undefined` when the runtime knows no such charset. UTF-7 is none: it hides `<` from
 *   filters.
 */
export function findDecoder(charset: string): Decode | undefined {
  const known = decoders.get(charset)
  if (known !== undefined) return known
  const decode = makeDecoder(charset)
  // Only names that exist are kept, and those are few.
  if (decode !== undefined) decoders.set(charset, decode)
  return decode
}

const decoders = new Map<string, Decode>()

function makeDecoder(charset: string): Decode | undefined {
  // Names differ by signs only too often: utf8, UTF_8, 'utf-8'. What iconv-lite ignores says nothing.
  switch (charset.replace(/[^0-9a-z]/g, '')) {
    case 'utf8':
      return decodeUtf8
    case 'utf16':
    case 'ucs2':
      return decodeUtf16
    case 'utf16le':
      return (bytes) => textDecoder('utf-16le').decode(bytes)
    case 'utf16be':
      return (bytes) => textDecoder('utf-16be').decode(bytes)
    case 'utf32':
      return (bytes) => decodeUtf32(bytes)
    case 'utf32le':
      return (bytes) => decodeUtf32(bytes, 'le')
    case 'utf32be':
      return (bytes) => decodeUtf32(bytes, 'be')
    // TextDecoder takes these names for windows-1252, which has other signs at 0x80 to 0x9f.
    case 'iso88591':
    case 'latin1':
    case 'binary':
      return (bytes) => bytes.toString('latin1')
    // Node's TextDecoder reads these as latin1: the euro sign of 0x80 becomes a control character.
    case 'windows1252':
    case 'cp1252':
    case 'xcp1252':
      return decodeWindows1252
    case 'ascii':
    case 'usascii':
      return (bytes) => bytes.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd')
    default:
      return makeTextDecoder(charset.replace(/[^\w.:+-]/g, ''))
  }
}

function decodeUtf8(bytes: Buffer): string {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  // Without arguments, Buffer looks for no encoding and no bounds.
  return marked ? bytes.toString('utf8', 3) : bytes.toString()
}

/** RFC 2781 §4.3: the mark decides; without one, the byte of an ASCII character that is zero does. */
function decodeUtf16(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return textDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return textDecoder('utf-16be').decode(bytes)
  let bigEndian = 0
  for (let i = 0; i + 1 < Math.min(bytes.length, 128); i += 2) {
    if (bytes[i] === 0 && bytes[i + 1] !== 0) bigEndian++
    if (bytes[i] !== 0 && bytes[i + 1] === 0) bigEndian--
  }
  return textDecoder(bigEndian > 0 ? 'utf-16be' : 'utf-16le').decode(bytes)
}

function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (sign) => WINDOWS_1252[sign.charCodeAt(0) - 0x80] as string)
}

/** 0x80 to 0x9f; the five that are not assigned stay controls (WHATWG Encoding, index-windows-1252). */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

function makeTextDecoder(charset: string): Decode | undefined {
  try {
    const decoder = textDecoder(charset)
    return (bytes) => decoder.decode(bytes)
  } catch {
    return undefined
  }
}

function textDecoder(charset: string): InstanceType<typeof TextDecoder> {
  return new TextDecoder(charset)
}
