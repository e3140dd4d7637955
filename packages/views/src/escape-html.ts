// `charCodeAt` as a method call is slow at a site that has seen many kinds of strings (one-byte,
// two-byte, sliced, joined); without its receiver it is not. Measured: 5 to 9 ns against 1.5 a char.
// oxlint-disable-next-line typescript/unbound-method
const codeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (
  text: string,
  index: number,
) => number

const LONGEST_FOR_LOOP = 64
const LONGEST_FOR_SEARCH = 1000

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

  // The ampersand first: the entities of the others contain it.
  const escapeLong = (text: string): string => {
    const escaped = text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', quote)
      .replaceAll("'", apostrophe)
    return backtick === undefined ? escaped : escaped.replaceAll('`', backtick)
  }

  return (text) => {
    const { length } = text
    if (length > LONGEST_FOR_SEARCH) return escapeLong(text)
    if (!special.test(text)) return text
    return length > LONGEST_FOR_LOOP ? escapeMiddling(text) : escapeShort(text)
  }
}

/** Escapes exactly as `he.escape` does, several times as fast. */
export const escapeHtml: (text: string) => string = createHtmlEscaper('&quot;', '&#x27;', '&#x60;')
