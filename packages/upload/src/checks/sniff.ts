import { type Buffer, isUtf8 } from 'node:buffer'
import { filetypeinfo } from 'magic-bytes.js'

/** How many of a file's first bytes {@link detectType} wants to see. A tar says so at byte 257. */
export const SNIFF_BYTES = 4_096

/**
 * Says what a file is by its first bytes, as one media type.
 *
 * `magic-bytes.js` knows the signatures and names every format that shares one; which of them it is,
 * and whether two or three bytes are enough to believe it, is decided here. Text has no signature:
 * it is `text/plain` unless a browser would take it for markup.
 *
 * @returns nothing for bytes that are neither text nor of a known format, and for an empty file.
 */
export function detectType(head: Buffer): string | undefined {
  if (head.length === 0) return undefined
  return markupType(head) ?? containerType(head) ?? signatureType(head) ?? textType(head)
}

// What the HTML standard (MIME Sniffing §7.1) takes for HTML, and the two kinds of XML that matter.
const prologue = /^\ufeff?(?:\s|<!--[^]*?-->|<\?[^]*?\?>|<!doctype\s(?!html)[^>]*>)*/i
const htmlTag =
  /^<(?:!doctype html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p)[\s>/]/i

function markupType(head: Buffer): string | undefined {
  if (!looksLikeText(head)) return undefined
  const text = head.toString('utf8')
  const root = text.slice(prologue.exec(text)?.[0].length ?? 0)
  if (/^<(?:\w+:)?svg[\s>/]/i.test(root)) return 'image/svg+xml'
  if (htmlTag.test(root)) return 'text/html'
  return /^\ufeff?\s*<\?xml\s/i.test(text) ? 'application/xml' : undefined
}

/** Formats that are told apart inside a signature they share. */
function containerType(head: Buffer): string | undefined {
  const starts = (text: string): boolean => head.toString('latin1', 0, text.length) === text
  if (starts('PK\x03\x04')) return zipType(head)
  if (starts('PK\x05\x06')) return 'application/zip'
  if (starts('OggS')) return head.includes('\x80theora', 0, 'latin1') ? 'video/ogg' : 'audio/ogg'
  if (starts('\x1aE\xdf\xa3')) {
    return head.subarray(0, 64).includes('webm') ? 'video/webm' : 'video/x-matroska'
  }
  if (starts('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return 'application/x-cfb'
  if (starts('\xfd7zXZ\x00')) return 'application/x-xz'
  if (head.toString('latin1', 4, 8) === 'ftyp') return mediaFileType(head.toString('latin1', 8, 12))
  return undefined
}

/** A ZIP archive is often something else: the name of its first entry tells (OCF §3.3, OPC). */
function zipType(head: Buffer): string {
  const nameLength = head.length >= 30 ? head.readUInt16LE(26) : 0
  const extraLength = head.length >= 30 ? head.readUInt16LE(28) : 0
  const first = head.toString('latin1', 30, 30 + nameLength)
  if (first === 'mimetype') {
    const content = head.toString('latin1', 30 + nameLength + extraLength)
    return /^application\/(?:epub\+zip|vnd\.oasis\.opendocument\.[a-z]+)/.exec(content)?.[0] ?? zip
  }
  if (first.startsWith('META-INF/')) return 'application/java-archive'
  if (first === 'AndroidManifest.xml') return 'application/vnd.android.package-archive'
  if (first !== '[Content_Types].xml' && !/^(?:_rels|docProps|word|xl|ppt)\//.test(first))
    return zip
  const office = Object.entries(officeFolders).find(([folder]) => head.includes(folder))
  return office?.[1] ?? zip
}

const zip = 'application/zip'
const officeFolders = {
  'word/': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'xl/': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'ppt/': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
}

/** ISO base media files (ISO/IEC 14496-12 §4.3): the major brand says which. */
function mediaFileType(brand: string): string {
  if (brand === 'avif' || brand === 'avis') return 'image/avif'
  if (/^(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1)$/.test(brand)) return 'image/heif'
  if (brand === 'qt  ') return 'video/quicktime'
  if (/^M4[AB]/.test(brand)) return 'audio/mp4'
  return brand.startsWith('3g') ? 'video/3gpp' : 'video/mp4'
}

// Said of many formats at once, wrongly, or on the strength of a byte or two: see above for those
// that are told apart there.
const unreliable = new Set([
  'application/octet-stream',
  'application/vnd.ms-fontobject', // "PL"
  'application/json', // "{" or "["
  'application/xml',
  'image/svg+xml',
  'image/apng', // every PNG; one is a PNG as well
  'message/rfc822',
  'application/x-subrip',
  'text/vtt',
])

function signatureType(head: Buffer): string | undefined {
  const text = looksLikeText(head)
  for (const { mime } of filetypeinfo(head)) {
    if (mime === undefined || mime.startsWith('text/') || unreliable.has(mime)) continue
    if (mime === 'image/bmp' && !isBitmap(head)) continue
    // A text may start with a format's two letters. A PDF, an RTF, a PostScript file may be text.
    if (text && !/^application\/(?:pdf|rtf|postscript)$/.test(mime)) continue
    return mime
  }
  if (!text && head.toString('latin1', 0, 2) === 'MZ') return 'application/x-msdownload'
  return undefined
}

/** "BM" alone is no bitmap: the reserved bytes are zero and the header has a known size. */
function isBitmap(head: Buffer): boolean {
  if (head.length < 18 || head.readUInt32LE(6) !== 0) return false
  return [12, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14))
}

function textType(head: Buffer): string | undefined {
  const utf16 = /^(?:\xff\xfe|\xfe\xff)/.test(head.toString('latin1', 0, 2)) // its byte order mark
  return utf16 || looksLikeText(head) ? 'text/plain' : undefined
}

/** UTF-8 without the control characters that no text has (MIME Sniffing §3, binary data bytes). */
function looksLikeText(head: Buffer): boolean {
  for (const byte of head) {
    if (byte < 9 || byte === 11 || (byte > 13 && byte < 32 && byte !== 27)) return false
  }
  return isUtf8(head) || isUtf8(wholeCharacters(head))
}

/** Without the last character, which the end of `head` may have cut. */
function wholeCharacters(head: Buffer): Buffer {
  let end = head.length
  while (end > head.length - 4 && ((head[end - 1] ?? 0) & 0xc0) === 0x80) end--
  return head.subarray(0, end - 1)
}
