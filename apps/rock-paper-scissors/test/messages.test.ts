import { describe, expect, it } from 'vitest'

import { CHINESE } from '../src/server/chinese.ts'
import { ENGLISH } from '../src/server/english.ts'

/** Every text of a language by its path, functions called with stand-ins. */
function texts(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
    const at = `${path}.${key}`
    if (typeof entry === 'function') return [[at, String(entry('<1>', '<2>'))] as [string, string]]
    if (typeof entry === 'object' && entry !== null) return texts(entry, at)
    return [[at, String(entry)] as [string, string]]
  })
}

describe('the two languages', () => {
  it('say the same things', () => {
    expect(texts(CHINESE).map(([at]) => at)).toEqual(texts(ENGLISH).map(([at]) => at))
  })

  it('leave nothing unsaid', () => {
    const unsaid = [...texts(CHINESE), ...texts(ENGLISH)].filter(([, text]) => text.trim() === '')
    expect(unsaid).toEqual([])
  })

  it('announce the outcomes', () => {
    expect(CHINESE.outcomes).toEqual({ win: '你赢了', lose: '你输了', draw: '平局' })
    expect(ENGLISH.outcomes).toEqual({ win: 'You win', lose: 'You lose', draw: 'Draw' })
  })
})
