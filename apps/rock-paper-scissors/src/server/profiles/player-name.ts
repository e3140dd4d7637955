import { NameRefusedError } from '../errors.ts'

/** How many characters a name may have, as people count them. */
export const NAME_LENGTH = 20

/** Letters, numbers, marks, signs and single spaces: nothing that is not seen, or turns the line round. */
const NAME = /^[\p{L}\p{N}\p{M}\p{P}\p{S}\u200d]+( [\p{L}\p{N}\p{M}\p{P}\p{S}\u200d]+)*$/u

/**
 * Reads the name that a player wants: in Unicode's composed form, without spaces around.
 *
 * @throws {NameRefusedError} `NAME_REFUSED`, for one that is empty, too long or cannot be shown.
 */
export function readName(value: unknown): string {
  const name = typeof value === 'string' ? value.normalize('NFC').trim().replace(/ +/g, ' ') : ''
  if (name.length > NAME_LENGTH * 8 || lengthOf(name) > NAME_LENGTH || !NAME.test(name)) {
    throw new NameRefusedError()
  }
  return name
}

function lengthOf(name: string): number {
  return [...new Intl.Segmenter().segment(name)].length
}
