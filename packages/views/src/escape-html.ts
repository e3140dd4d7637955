// `charCodeAt` as a method call is slow at a site that has seen many kinds of strings (one-byte,
// two-byte, sliced, joined); without its receiver it is not. Measured: 5 to 9 ns against 1.5 a char.
// oxlint-disable-next-line typescript/unbound-method
const codeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (
  text: string,
  index: number,
) => number

const LONGEST_FOR_LOOP = 64
const LONGEST_FOR_SEARCH = 1000
// Searching for each character in turn wins while few are found, else looking at all of them does.
const SAMPLE = 512
const MOST_IN_SAMPLE = 16

/** Makes an escape function for `& < > " '`, and the back-tick when an entity for it is given. */
export function createHtmlEscaper(
  quote: string,
  apostrophe: string,
  backtick?: string,
): (text: string) => string {
  const special = backtick === undefined ? /[&<>"']/ : /[&<>"'`]/
  const specials = new RegExp(special, 'g')
  const entities: (string | undefined)[] = []
  entities[0x22] = quote
  entities[0x26] = '&amp;'
  entities[0x27] = apostrophe
  entities[0x3c] = '&lt;'
  entities[0x3e] = '&gt;'
  entities[0x60] = backtick
  for (let code = 0; code <= 0x60; code++) entities[code] ??= undefined

  const escapeShort = (text: string): string => {
    const { length } = text
    let escaped = ''
    let done = 0
    for (let i = 0; i < length; i++) {
      const code = codeAt(text, i)
      if (code > 0x60) continue
      const entity = entities[code]
      if (entity === undefined) continue
      escaped += done === i ? entity : text.slice(done, i) + entity
      done = i + 1
    }
    return done === length ? escaped : escaped + text.slice(done)
  }

  const escapeMiddling = (text: string): string => {
    let escaped = ''
    let done = 0
    specials.lastIndex = 0
    for (let found = specials.exec(text); found; found = specials.exec(text)) {
      const i = found.index
      escaped += text.slice(done, i) + (entities[codeAt(text, i)] as string)
      done = i + 1
    }
    return escaped + text.slice(done)
  }

  // Each character has its own search, which the engine does many bytes at a time; the nearest find
  // is escaped next. Of all ways tried on a megabyte this one joins the fewest strings.
  const escapeLong = (text: string): string => {
    if (isDense(text.slice(0, SAMPLE))) return escapeShort(text)
    let ampersand = next(text, '&', 0)
    let less = next(text, '<', 0)
    let greater = next(text, '>', 0)
    let double = next(text, '"', 0)
    let single = next(text, "'", 0)
    let tick = backtick === undefined ? NONE : next(text, '`', 0)
    let escaped = ''
    let done = 0
    for (;;) {
      let at = ampersand < less ? ampersand : less
      if (greater < at) at = greater
      if (double < at) at = double
      if (single < at) at = single
      if (tick < at) at = tick
      if (at === NONE) return done === 0 ? text : escaped + text.slice(done)
      const before = text.slice(done, at)
      done = at + 1
      if (at === ampersand) {
        escaped += `${before}&amp;`
        ampersand = next(text, '&', done)
      } else if (at === less) {
        escaped += `${before}&lt;`
        less = next(text, '<', done)
      } else if (at === greater) {
        escaped += `${before}&gt;`
        greater = next(text, '>', done)
      } else if (at === double) {
        escaped += before + quote
        double = next(text, '"', done)
      } else if (at === single) {
        escaped += before + apostrophe
        single = next(text, "'", done)
      } else {
        escaped += before + (backtick as string)
        tick = next(text, '`', done)
      }
    }
  }

  const isDense = (sample: string): boolean => {
    let count = 0
    specials.lastIndex = 0
    while (specials.test(sample)) count++
    return count > MOST_IN_SAMPLE
  }

  return (text) => {
    const { length } = text
    if (length > LONGEST_FOR_SEARCH) return escapeLong(text)
    if (!special.test(text)) return text
    return length > LONGEST_FOR_LOOP ? escapeMiddling(text) : escapeShort(text)
  }
}

/**
 * Escapes ``& < > " ' ` `` exactly as `he.escape` does, several times as fast.
 *
 * @example escapeHtml('<b>') // '&lt;b&gt;'
 */
export const escapeHtml: (text: string) => string = createHtmlEscaper('&quot;', '&#x27;', '&#x60;')

const NONE = 0x3fff_ffff // longer than any string

function next(text: string, char: string, from: number): number {
  const at = text.indexOf(char, from)
  return at === -1 ? NONE : at
}
