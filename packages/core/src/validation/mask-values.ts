import { textsIn } from './input-texts.ts'

/**
 * A message without the values it repeats: libraries put what they received into their words, and what a
 * client sent may be a password that ends up in logs, or on the screen of somebody else.
 *
 * Taken out are the texts and numbers of `own`, wherever they stand, and those of the whole place where
 * they stand in quotes. A message that still begins to tell the value is not told at all.
 *
 * @param own - the value that the message is about.
 * @param around - the texts of the place it is in.
 */
export function maskValues(message: string, own: unknown, around: ReadonlySet<string>): string {
  if (message.length > LONGEST) return UNTOLD
  const texts = textsIn(own)
  const masked = typeof own === 'string' && own !== '' ? cutOut(message, own) : message
  const told = masked.replace(PIECES, (piece) => {
    const quoted = unquoted(piece)
    if (quoted === undefined) return texts.has(piece) ? MASK : piece
    return around.has(quoted) || around.has(piece.slice(1, -1)) ? MASK : piece
  })
  return beginsToTell(told, texts, around) ? UNTOLD : told
}

const MASK = '…'
const UNTOLD = 'Invalid value'
/** In units. What is longer has printed its input. */
const LONGEST = 1_000
/** In units: as many of a value's first ones are no accident. */
const TELLING = 8
/** So many texts are searched for; among more, what stands in quotes is taken for one of them. */
const MOST_TEXTS = 200

/** What stands in quotes, numbers, and words. */
const PIECES =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[-+]?\d[\d.]*(?:e[-+]?\d+)?(?![\p{L}\p{N}_])|[\p{L}\p{N}_][\p{L}\p{N}_@.:/-]*[\p{L}\p{N}_]|[\p{L}\p{N}_]/gu

function unquoted(piece: string): string | undefined {
  if (!/^["'`]/.test(piece)) return undefined
  if (!piece.startsWith('"')) return piece.slice(1, -1)
  try {
    return String(JSON.parse(piece))
  } catch {
    return piece.slice(1, -1)
  }
}

/** Short ones only where they stand alone: the "a" of "a number" is no part of a value. */
function cutOut(message: string, value: string): string {
  if (value.length >= 4) return message.replaceAll(value, MASK)
  const literal = value.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  return message.replaceAll(
    new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu'),
    MASK,
  )
}

function beginsToTell(
  message: string,
  own: ReadonlySet<string>,
  around: ReadonlySet<string>,
): boolean {
  if (own.size > MOST_TEXTS) return /["'`]/.test(message)
  const texts = around.size > MOST_TEXTS ? own : around
  return [...texts].some(
    (text) => text.length >= TELLING && message.includes(text.slice(0, TELLING)),
  )
}
