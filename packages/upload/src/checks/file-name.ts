import { Buffer } from 'node:buffer'

const MAX_BYTES = 255 // NAME_MAX of ext4, APFS, NTFS (there in UTF-16 units, which are never more)

/**
 * Makes a client's file name safe to show, to log and to create on any system: NFC, without
 * controls and bidirectional overrides (which make `exe.gpj` read as `jpg.exe`), without what
 * Windows cannot store, never `.`, `..` or a device such as `NUL`, at most 255 bytes.
 *
 * Only the last segment of a path is kept, unless `preservePath`; even then no segment leads
 * upwards or to a root.
 */
export function safeFileName(name: string, preservePath = false): string {
  if (plainName.test(name) && !device.test(name)) return name
  const segments = withoutInvisible(name.normalize('NFC')).split(/[/\\]/)
  const safe = (preservePath ? segments : segments.slice(-1)).map(safeSegment).filter(Boolean)
  return safe.length === 0 ? 'unnamed' : safe.join('/')
}

// Most names are like this one: "IMG_0042 (2).jpeg". They are safe as they are.
const plainName = /^\w[\w .()-]{0,150}\w$/
const device = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i

function withoutInvisible(text: string): string {
  // Cc: controls; Cs: lone surrogates; then the bidirectional marks, embeddings and isolates of
  // UAX #9, line and paragraph separators, and the byte order mark.
  return text.replace(
    /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    '',
  )
}

function safeSegment(segment: string): string {
  const storable = withoutTail(segment.replace(/[<>:"|?*]/g, '_').trimStart())
  return shortened(device.test(storable) ? `_${storable}` : storable)
}

/**
 * Windows drops dots and spaces at the end, so `a.php.` would come out as `a.php`. Not a regular
 * expression: `/[. ]+$/` takes time by the square of a long run in the middle.
 */
function withoutTail(text: string): string {
  let end = text.length
  while (text[end - 1] === '.' || text[end - 1] === ' ') end--
  return text.slice(0, end)
}

/** Cuts the stem, keeps the extension, never splits a character. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 32 ? name.slice(dot) : ''
  let stem = ''
  let room = MAX_BYTES - Buffer.byteLength(extension)
  for (const character of name) {
    room -= Buffer.byteLength(character)
    if (room < 0) break
    stem += character
  }
  // The cut may have come after a dot or a space, which may not end a name.
  return withoutTail(stem) + extension
}
