/** How far a URL, or a list of them, has been read, and what may be printed there. */
export interface UrlState {
  readonly language: 'url'
  /**
   * - `start`: nothing yet, a printed value brings its own scheme and is judged whole
   * - `unsure`: something without a delimiter stands before, a scheme could still be completed
   * - `settled`: path, query or a harmless scheme has begun
   * - `script`: a static `javascript:`, `vbscript:` or `data:`; nothing can be printed safely
   * - `broken`: a colon after a printed value, which would make that value a scheme
   */
  readonly phase: 'start' | 'unsure' | 'settled' | 'script' | 'broken'
  /** The static text so far, while it may be the beginning of a scheme. */
  readonly prefix: string
  /** What is loaded from it: an image runs no script, even as SVG. */
  readonly holds: 'one' | 'image' | 'list'
}

export const URL_START: UrlState = { language: 'url', phase: 'start', prefix: '', holds: 'one' }
export const IMAGE_START: UrlState = { ...URL_START, holds: 'image' }
export const LIST_START: UrlState = { ...URL_START, holds: 'list' }

export const IMAGE_DATA = /^data:image\/(?:png|gif|jpe?g|webp|avif|bmp|x-icon)[;,]/i
export const SVG_DATA = /^data:image\/svg\+xml[;,]/i

/** Reads static, entity-decoded text of a URL. */
export function advanceUrl(from: UrlState, text: string): UrlState {
  if (from.holds !== 'list') return advanceOne(from, text)
  if (from.phase === 'script' || from.phase === 'broken') return from
  let state = from
  let start = 0
  // A tab or a line break separates nothing: browsers drop them from the scheme of a URL.
  for (const { index } of [...text.matchAll(/[ ,;]/g), { index: text.length }]) {
    state = advanceOne(state, text.slice(start, index))
    // What separates the items of one list is a part of the only item of another.
    if (state.phase === 'script' && isImageData(text.slice(start).trimStart(), true)) {
      state = { ...state, phase: 'settled' }
    }
    if (state.phase === 'script' || state.phase === 'broken') return state
    if (index < text.length) state = LIST_START
    start = index + 1
  }
  return state
}

function advanceOne(state: UrlState, text: string): UrlState {
  if (state.phase !== 'start' && state.phase !== 'unsure') return state
  const to = (phase: UrlState['phase'], prefix = ''): UrlState => ({ ...state, phase, prefix })
  const url = withoutIgnored(state.prefix + text)
  const delimiter = /[:/?#\\]/.exec(url)
  const isAfterValue = state.phase === 'unsure' && state.prefix === ''
  if (!delimiter) {
    if (isAfterValue) return state
    return url === '' ? to('start') : to('unsure', url)
  }
  if (delimiter[0] !== ':') return to('settled')
  if (isAfterValue) return to('broken')
  const scheme = url.slice(0, delimiter.index).toLowerCase()
  if (scheme === 'javascript' || scheme === 'vbscript') return to('script')
  if (scheme !== 'data') return to('settled')
  return isImageData(url, state.holds !== 'one') ? to('settled') : to('script')
}

/** Where a URL stands after a value was printed. */
export function printInUrl(state: UrlState): UrlState {
  return state.phase === 'settled' ? state : { ...state, phase: 'unsure', prefix: '' }
}

/** The state that is careful enough for either. */
export function joinUrls(a: UrlState, b: UrlState): UrlState | undefined {
  if (a.holds !== b.holds) return undefined
  if (a.phase === b.phase && a.prefix === b.prefix) return a
  const phases = [a.phase, b.phase]
  if (phases.includes('script') || phases.includes('broken')) return undefined
  return { ...a, phase: phases.includes('unsure') ? 'unsure' : 'start', prefix: '' }
}

/**
 * Whether following or loading a URL could run a script of its own making: `javascript:`,
 * `vbscript:`, and `data:` except images. Judged as browsers read it: white space and controls
 * before the scheme, and line breaks and tabs within, do not count (WHATWG URL, basic parser).
 *
 * @param allowSvg - an SVG in `<img>` runs no script, elsewhere it may.
 */
export function isDangerousUrl(value: string, allowSvg = false): boolean {
  if (!value.includes(':')) return false
  const url = withoutIgnored(value)
  const scheme = /^[^:/?#\\]*(?=:)/.exec(url)?.[0].toLowerCase()
  if (scheme === 'javascript' || scheme === 'vbscript') return true
  if (scheme !== 'data') return false
  return !isImageData(url, allowSvg)
}

function isImageData(url: string, allowSvg: boolean): boolean {
  return IMAGE_DATA.test(url) || (allowSvg && SVG_DATA.test(url))
}

/** Whether one of a list of URLs could run a script: candidates of an image, values of an animation. */
export function hasDangerousUrl(list: string): boolean {
  if (!list.includes(':')) return false
  return list.split(/[,;]/).some((item) => {
    // Judged whole, as a line break inside of a scheme does not count, and by its words.
    return (
      isDangerousUrl(item, true) || item.split(/\s+/).some((word) => isDangerousUrl(word, true))
    )
  })
}

/** Whether a value that stands behind an unfinished scheme would finish it. */
export function completesScheme(value: string): boolean {
  return /^[^:/?#\\]*:/.test(value)
}

function withoutIgnored(url: string): string {
  // oxlint-disable-next-line no-control-regex
  return url.replace(/^[\0-\x20]+/, '').replace(/[\t\n\r]+/g, '')
}
