import { describe, expect, it } from 'vitest'

import { headings } from './tools.ts'

describe('the places of a page', () => {
  it.each([
    ['## Two words', 'two-words'],
    ['### What `await next()` promises', 'what-await-next-promises'],
    ['## Bodies, & files', 'bodies--files'],
    ['## [A link](x.md)', 'a-link'],
    ['## 特急 é', '特急-é'],
    ['<a id="here"></a>', 'here'],
  ])('of "%s" is %s', (line, place) => {
    expect([...headings.placesIn(line)]).toEqual([place])
  })

  it('of one name are counted', () => {
    expect([...headings.placesIn('# A\n## A\n## A')]).toEqual(['a', 'a-1', 'a-2'])
  })

  it('are not in its code', () => {
    expect([...headings.placesIn('```sh\n# a comment\n```\n')]).toEqual([])
  })
})

describe('the links of a page', () => {
  it('are those into the repository, with their lines', () => {
    const text = '[a](b.md#c)\n[web](https://example.com)\n\n![picture](d.svg), [`e`](f)'
    expect(headings.linksIn(text)).toEqual([
      { target: 'b.md#c', line: 1 },
      { target: 'd.svg', line: 4 },
      { target: 'f', line: 4 },
    ])
  })

  it('are not in its code', () => {
    expect(headings.linksIn('```js\nx[0](y)\n```\nand `a[b](c)`')).toEqual([])
  })
})
