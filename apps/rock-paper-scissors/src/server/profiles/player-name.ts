import { NameRefusedError } from '../errors.ts'

/** How many characters a name may have, as people count them. */
export const NAME_LENGTH = 20

/** How many code units a character may have on average; an emoji of a family has eleven. */
const UNITS = 8

/** Neither letter, number, sign nor space; or what is not seen, but for what joins and colours emoji. */
const REFUSED =
  /[^\p{L}\p{N}\p{M}\p{P}\p{S} \u200d]|(?!\u200d|\ufe0f)\p{Default_Ignorable_Code_Point}|\u2800/u

/** Something to see by itself: marks and joiners are not. */
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

/**
 * Reads the name that a player wants: in Unicode's composed form, without spaces around.
 *
 * @throws {NameRefusedError} `NAME_REFUSED`, for one that is empty, too long or cannot be shown.
 */
export function readName(value: unknown): string {
  const name = typeof value === 'string' ? value.normalize('NFC').trim().replace(/ +/g, ' ') : ''
  const isShort = name.length <= NAME_LENGTH * UNITS && lengthOf(name) <= NAME_LENGTH
  if (!isShort || REFUSED.test(name) || !SEEN.test(name)) throw new NameRefusedError()
  return name
}

function lengthOf(name: string): number {
  return [...new Intl.Segmenter().segment(name)].length
}
