/** How far a URL in an attribute has been read, and what may be printed there. */
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
}

export const URL_START: UrlState = { language: 'url', phase: 'start', prefix: '' }
const SETTLED: UrlState = { language: 'url', phase: 'settled', prefix: '' }
const SCRIPT: UrlState = { language: 'url', phase: 'script', prefix: '' }
const UNSURE: UrlState = { language: 'url', phase: 'unsure', prefix: '' }
const BROKEN: UrlState = { language: 'url', phase: 'broken', prefix: '' }

export const IMAGE_DATA = /^data:image\/(?:png|gif|jpe?g|webp|avif|bmp|x-icon)[;,]/i

/** Reads static, entity-decoded text of a URL. */
export function advanceUrl(state: UrlState, text: string): UrlState {
  if (state.phase !== 'start' && state.phase !== 'unsure') return state
  const url = withoutIgnored(state.prefix + text)
  const delimiter = /[:/?#\\]/.exec(url)
  const isAfterValue = state.phase === 'unsure' && state.prefix === ''
  if (!delimiter) {
    if (isAfterValue) return UNSURE
    return url === '' ? URL_START : { language: 'url', phase: 'unsure', prefix: url }
  }
  if (delimiter[0] !== ':') return SETTLED
  if (isAfterValue) return BROKEN
  const scheme = url.slice(0, delimiter.index).toLowerCase()
  if (scheme === 'javascript' || scheme === 'vbscript') return SCRIPT
  if (scheme === 'data') return IMAGE_DATA.test(url) ? SETTLED : SCRIPT
  return SETTLED
}

/** Where a URL stands after a value was printed. */
export function printInUrl(state: UrlState): UrlState {
  return state.phase === 'settled' ? SETTLED : UNSURE
}

/** The state that is careful enough for either. */
export function joinUrls(a: UrlState, b: UrlState): UrlState | undefined {
  if (a.phase === b.phase && a.prefix === b.prefix) return a
  const phases = [a.phase, b.phase]
  if (phases.includes('script') || phases.includes('broken')) return undefined
  if (phases.includes('unsure')) return UNSURE
  return URL_START
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
  return !(IMAGE_DATA.test(url) || (allowSvg && /^data:image\/svg\+xml[;,]/i.test(url)))
}

/** Whether a value that stands behind an unfinished scheme would finish it. */
export function completesScheme(value: string): boolean {
  return /^[^:/?#\\]*:/.test(value)
}

function withoutIgnored(url: string): string {
  // oxlint-disable-next-line no-control-regex
  return url.replace(/^[\0-\x20]+/, '').replace(/[\t\n\r]+/g, '')
}
