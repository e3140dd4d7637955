import { Buffer, isUtf8 } from 'node:buffer'
import { UploadOptionError } from '../errors/option-error.ts'

/**
 * How the bytes of a `name` or `filename` become text.
 *
 * Without a charset: UTF-8 where the bytes are UTF-8, which is what browsers send (RFC 7578 §5.1.2),
 * and Latin-1 where they are not, which is what old clients mean. Bytes that are valid UTF-8 by
 * accident are rare enough that guessing right for everyone else is worth it.
 */
export type ParamDecoder = (bytes: Buffer) => string

const utf8FirstDecoder: ParamDecoder = (bytes) =>
  isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1')

// Labels that mean ISO-8859-1 to busboy; TextDecoder would read them as windows-1252.
const latin1Labels = new Set(['latin1', 'ascii', 'us-ascii', 'iso-8859-1', 'iso8859-1', 'iso88591'])

/** @throws {UploadOptionError} for a charset this runtime does not know. */
export function paramDecoder(charset: string | undefined): ParamDecoder {
  if (charset === undefined) return utf8FirstDecoder
  if (latin1Labels.has(charset.toLowerCase())) return (bytes) => bytes.toString('latin1')
  const decoder = decoderOf(charset)
  return (bytes) => decoder.decode(bytes)
}

function decoderOf(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset)
  } catch (cause) {
    const message = `Expected defParamCharset to be a known charset, got "${charset}"`
    throw new UploadOptionError('defParamCharset', message, { cause })
  }
}

/**
 * Undoes the three escapes a browser makes in names. A bare `%` is never escaped, so nothing else
 * may be decoded: `50%.pdf` is called that.
 *
 * Source: WHATWG HTML, "multipart/form-data encoding algorithm".
 */
export function unescapeParam(text: string): string {
  return text.replace(/%(?:0A|0D|22)/gi, (escape) =>
    String.fromCharCode(parseInt(escape.slice(1), 16)),
  )
}
