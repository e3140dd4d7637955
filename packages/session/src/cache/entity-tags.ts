/**
 * Splits the value of If-Match, If-None-Match or If-Range into its tags, in one linear pass.
 *
 * A comma inside quotes belongs to the tag (RFC 9110 §8.8.3). Text that is no entity tag is kept as
 * it stands: old servers send tags without quotes, and they then match themselves.
 */
export function entityTags(list: string): string[] {
  const tags: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at <= list.length; at++) {
    const code = at === list.length ? COMMA : list.charCodeAt(at)
    if (code === QUOTE) quoted = !quoted
    if (code === COMMA && (!quoted || at === list.length)) {
      const tag = list.slice(start, at).trim()
      if (tag !== '') tags.push(tag)
      start = at + 1
    }
  }
  return tags
}

/** Same opaque tag, weak or not (RFC 9110 §8.8.3.2). */
export function weaklyEqual(one: string, other: string): boolean {
  return opaque(one) === opaque(other)
}

/** Same opaque tag, and neither is weak (RFC 9110 §8.8.3.2). */
export function stronglyEqual(one: string, other: string): boolean {
  return one === other && !isWeak(one)
}

const COMMA = 0x2c
const QUOTE = 0x22

function opaque(tag: string): string {
  return isWeak(tag) ? tag.slice(2) : tag
}

function isWeak(tag: string): boolean {
  return tag.startsWith('W/')
}
