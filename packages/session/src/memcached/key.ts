import { createHash } from 'node:crypto'
import { SessionOptionError } from '../option-error.ts'

/** Bytes of a key that Memcached takes. */
const MOST_BYTES = 250

/** Marks a digest in place of an id, and stands in no id that is taken as it is. */
const DIGEST = '#'
const DIGEST_SIZE = 1 + 43

/**
 * Makes keys of ids: what is in the prefix, and in ids made by `session()`, goes as it is. Anything else (blanks and
 * line ends would be other commands) and what is too long goes by its SHA-256.
 *
 * @param namespaceSize - bytes that the client puts in front.
 * @throws {SessionOptionError} for a prefix that cannot stand in front of a key.
 */
export function keysOf(prefix: string, namespaceSize: number): (id: string) => string {
  const most = MOST_BYTES - namespaceSize - prefix.length
  if (!PLAIN.test(prefix) || most < DIGEST_SIZE) {
    throw new SessionOptionError(
      'prefix',
      `prefix option must be letters, digits and any of .:/@~_-, ${MOST_BYTES - DIGEST_SIZE} of them at most, not "${prefix}"`,
    )
  }
  return (id) =>
    id.length <= most && PLAIN.test(id)
      ? prefix + id
      : prefix + DIGEST + createHash('sha256').update(id).digest('base64url')
}

const PLAIN = /^[\w.:/@~-]+$/
