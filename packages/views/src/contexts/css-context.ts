import { advanceUrl, IMAGE_START, joinUrls, type UrlState } from './url-context.ts'

/** How far a style sheet or a `style` attribute has been read. */
export interface CssState {
  readonly language: 'css'
  readonly mode:
    | 'code'
    | 'double quoted'
    | 'single quoted'
    | 'comment'
    | 'url start' // behind `url(`
    | 'url'
    | 'double quoted url'
    | 'single quoted url'
  readonly url: UrlState
  /** The end of the text read so far, where it may be half of something: `url`, `/`, a backslash. */
  readonly tail: string
}

export const CSS_START: CssState = { language: 'css', mode: 'code', url: IMAGE_START, tail: '' }

/**
 * Reads static CSS.
 *
 * @param watch - is told where each part of it ends.
 */
export function advanceCss(
  from: CssState,
  text: string,
  watch?: (state: CssState) => void,
): CssState {
  const state: { -readonly [K in keyof CssState]: CssState[K] } = { ...from, tail: '' }
  const input = from.tail + text
  let i = 0
  while (i < input.length) {
    watch?.(state)
    const char = input[i] as string
    if (char === '\\' && state.mode !== 'comment') {
      if (i + 1 === input.length) state.tail = '\\'
      i += 2
      continue
    }
    switch (state.mode) {
      case 'code': {
        const url = /^url\(\s*/i.exec(input.slice(i))
        if (url && !/[\w-]/.test(input[i - 1] ?? '')) {
          state.mode = 'url start'
          state.url = IMAGE_START
          i += url[0].length
          continue
        }
        if (input.startsWith('/*', i)) {
          state.mode = 'comment'
          i += 2
          continue
        }
        if (char === '"') state.mode = 'double quoted'
        else if (char === "'") state.mode = 'single quoted'
        else if (/^(?:\/|u|ur|url)$/i.test(input.slice(i)) && !/[\w-]/.test(input[i - 1] ?? '')) {
          state.tail = input.slice(i)
          return state
        }
        break
      }
      case 'comment':
        if (input.startsWith('*/', i)) {
          state.mode = 'code'
          i++
        } else if (char === '*' && i + 1 === input.length) state.tail = '*'
        break
      case 'double quoted':
      case 'single quoted':
        if (char === (state.mode === 'double quoted' ? '"' : "'") || char === '\n')
          state.mode = 'code'
        break
      case 'url start':
        if (char === '"') state.mode = 'double quoted url'
        else if (char === "'") state.mode = 'single quoted url'
        else if (!/\s/.test(char)) {
          state.mode = 'url'
          continue
        }
        break
      case 'url':
        if (char === ')') state.mode = 'code'
        else state.url = advanceUrl(state.url, char)
        break
      case 'double quoted url':
      case 'single quoted url':
        if (char === (state.mode === 'double quoted url' ? '"' : "'")) state.mode = 'code'
        else state.url = advanceUrl(state.url, char)
        break
    }
    i++
  }
  watch?.(state)
  return state
}

export function joinCss(a: CssState, b: CssState): CssState | undefined {
  if (a.mode !== b.mode || a.tail !== b.tail) return undefined
  const url = joinUrls(a.url, b.url)
  return url && { ...a, url }
}
