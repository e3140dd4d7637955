/**
 * Percent-encodes what may not stand in a URL and leaves the rest alone, sequences that are encoded
 * already included. Never throws; a lone surrogate becomes U+FFFD. What comes out holds no control
 * character, so it cannot start a header line of its own.
 */
export function encodeUrl(url: string): string {
  return url.replace(LONE_SURROGATE, '\ufffd').replace(NOT_URL, encodeURI)
}

// Runs of anything but the URL characters of RFC 3986 (with `|`, `^`, `\` and `` ` ``, which
// Express lets pass), and any `%` that starts no pair of hex digits.
const NOT_URL = /(?:[^!#-;=?-_a-z|~]|%(?![\dA-Fa-f]{2}))+/g

const LONE_SURROGATE = /\p{Surrogate}/gu
