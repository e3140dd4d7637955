import { breakOff, isBroken, type State } from './context.ts'
import { isForeign } from './elements.ts'
import { startTag } from './html-tag.ts'
import { type PageReader, readInner } from './html-value.ts'

export function inText(state: State, input: string, i: number): number {
  const start = input.indexOf('<', i)
  if (start === -1) return input.length
  const next = input[start + 1]
  if (next !== undefined && /[a-z]/i.test(next)) return startTag(state, start + 1, false)
  const rest = input.slice(start, start + 9)
  if (next === '/') {
    const name = input[start + 2]
    if (name !== undefined && /[a-z]/i.test(name)) return startTag(state, start + 2, true)
    if (name === '>') return start + 3
    if (name !== undefined) state.mode = 'bogus comment'
    else state.pending = rest
    return name === undefined ? input.length : start + 2
  }
  if (next === undefined) {
    state.pending = rest
    return input.length
  }
  if (next !== '!' && next !== '?') return start + 1
  if (rest.startsWith('<!--')) {
    const empty = /^<!--(-?>)/.exec(input.slice(start, start + 6))
    if (empty) return start + empty[0].length
    // `<!-->` and `<!--->` are whole comments: the next character decides.
    if (start + 4 === input.length || input.slice(start + 4) === '-') {
      state.pending = input.slice(start)
      return input.length
    }
    state.mode = 'comment'
    return start + 4
  }
  const isCdata = isForeign(state.foreign) && '<![CDATA['.startsWith(rest)
  if (rest.length < 9 && ('<!--'.startsWith(rest) || isCdata)) {
    state.pending = rest
    return input.length
  }
  state.mode = isCdata ? 'cdata' : 'bogus comment'
  return start + (isCdata ? 9 : 2)
}

/** Text that ends only with its element's end tag. */
export function inRawText(state: State, input: string, i: number, readPage: PageReader): number {
  const end = new RegExp(`</${state.element}(?=[\\t\\n\\f\\r />])`, 'gi')
  end.lastIndex = i
  const found = end.exec(input)
  let text = found ? input.slice(i, found.index) : input.slice(i)
  if (!found) {
    const tail = /<(?:\/?[a-z]*|!-?)$/i.exec(text)?.[0].toLowerCase()
    if (tail !== undefined && goesOn(state, tail)) {
      state.pending = text.slice(text.length - tail.length)
      text = text.slice(0, text.length - tail.length)
    }
  }
  if (state.mode === 'script') noteComment(state, text)
  if (!isBroken(state)) readInner(state, text, readPage)
  if (!found || isBroken(state)) return input.length
  const { element } = state
  const next = startTag(state, found.index + found[0].length, true)
  state.mode = 'tag'
  state.element = element
  state.inner = undefined
  state.comment = false
  return next
}

/** Whether the end of a text may be the beginning of what ends the element, or hides its end. */
function goesOn({ mode, element }: State, tail: string): boolean {
  if (`</${element}`.startsWith(tail)) return true
  return mode === 'script' && ('<!--'.startsWith(tail) || '<script'.startsWith(tail))
}

/** After `<!--` a second `<script` makes the first end tag no end (HTML, 13.2.5.20). */
function noteComment(state: State, text: string): void {
  const isOpen = state.comment
  const opened = isOpen ? 0 : text.lastIndexOf('<!--')
  const closed = text.lastIndexOf('-->')
  state.comment = opened === -1 ? false : closed < opened || (isOpen && closed === -1)
  const inside = opened === -1 ? '' : text.slice(opened)
  if (/<script[\t\n\f\r />]/i.test(inside)) {
    breakOff(state, 'A <script> inside of <!-- hides the end of the script')
  }
}

/** Text that ends with a delimiter: a comment, a declaration. */
export function until(
  state: State,
  input: string,
  i: number,
  end: RegExp,
  partial?: RegExp,
): number {
  end.lastIndex = i
  const found = end.exec(input)
  if (found) {
    state.mode = 'text'
    return found.index + found[0].length
  }
  state.pending = partial?.exec(input.slice(i))?.[0] ?? ''
  return input.length
}
