import { advanceUrl, URL_START, type UrlState } from './url-context.ts'

/** The number of seconds in `<meta http-equiv="refresh" content="5; url=…">`. */
export interface RefreshState {
  readonly language: 'refresh'
  /** The text so far; a printed number is a 0 in it. */
  readonly text: string
}

export const REFRESH_START: RefreshState = { language: 'refresh', text: '' }

/** Reads static text up to the URL, and then that (HTML, shared declarative refresh steps). */
export function advanceRefresh(from: RefreshState, added: string): RefreshState | UrlState {
  const text = from.text + added
  const before = /^[\s\d.]*[;,\s]\s*url\s*=\s*["']?/i.exec(text)
  return before ? advanceUrl(URL_START, text.slice(before[0].length)) : { ...from, text }
}

/** Where the number goes on after one was printed; undefined where no number stands. */
export function printInRefresh(state: RefreshState): RefreshState | undefined {
  return /^[\s\d.]*$/.test(state.text) ? { ...state, text: `${state.text}0` } : undefined
}
