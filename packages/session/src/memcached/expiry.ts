/** Seconds; what is beyond is read as a moment in seconds since 1970. */
const MOST_RELATIVE = 30 * 24 * 60 * 60

/**
 * When a value ends, as Memcached takes it.
 *
 * A second later than it should: its clock moves once a second, so that a value may end up to one early.
 *
 * @param life - milliseconds; 0 or less for a value that has ended.
 */
export function expiryAfter(life: number): number {
  if (life <= 0) return LONG_AGO
  const seconds = Math.ceil(life / 1000) + 1
  const moment = Math.floor(Date.now() / 1000) + seconds
  return seconds > MOST_RELATIVE ? Math.min(moment, LATEST) : seconds
}

/** A moment of January 1970: 0 would mean never, and less than 0 does not fit the binary protocol. */
const LONG_AGO = MOST_RELATIVE + 1

/** What fits 31 bits. */
const LATEST = 2 ** 31 - 1
