import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import { type Page, pages, programs } from './tools.ts'

const home = mkdtempSync(path.join(tmpdir(), 'pages-'))
afterAll(() => rmSync(home, { recursive: true }))

function pageOf(...lines: string[]): Page {
  const file = path.join(home, 'page.md')
  writeFileSync(file, lines.join('\n'))
  return pages.readPage(file)
}

const programsOf = (...lines: string[]) =>
  programs.programsOf(pageOf(...lines)).map(({ lines: all }) => pages.textOf(all))

describe('a block of a page', () => {
  it.each([
    ['ts', 'program'],
    ['js', 'program'],
    ['sh', 'text'],
    ['', 'text'],
  ])('in "%s" is a %s', (language, kind) => {
    expect(pageOf('```' + language, 'x', '```').blocks).toMatchObject([{ kind, language, line: 1 }])
  })

  it.each([
    ['continues', 'continues', undefined],
    ['browser', 'browser', undefined],
    ['typed, it wants a certificate', 'typed', 'it wants a certificate'],
    ['shown, it is none of ours', 'shown', 'it is none of ours'],
    ['file views/a.html', 'file', 'views/a.html'],
  ])('is what the comment before it says: %s', (said, kind, name) => {
    const { blocks } = pageOf(`<!-- example: ${said} -->`, '```js', 'x', '```')
    expect(blocks).toMatchObject([{ kind, ...(name && { name }) }])
  })

  it('tells the lines that stand around it from the questions', () => {
    const { blocks } = pageOf(
      '<!-- example:',
      'before()',
      '…',
      'after()',
      'ask GET / → 200 hello',
      '-->',
      '```js',
      'shown()',
      '```',
    )
    expect(blocks).toMatchObject([
      {
        before: [{ text: 'before()', line: 2 }],
        lines: [{ text: 'shown()', line: 8 }],
        after: [{ text: 'after()', line: 4 }],
        asks: [{ text: 'ask GET / → 200 hello', line: 5 }],
      },
    ])
  })

  it('loses the indent of the list that it stands in', () => {
    expect(pageOf('- so:', '  ```js', '  if (x)', '    y()', '  ```').blocks).toMatchObject([
      { lines: [{ text: 'if (x)' }, { text: '  y()' }] },
    ])
  })

  it.each([
    ['```python', 'x', '```'],
    ['<!-- example: runs -->', '```js', 'x', '```'],
    ['<!-- example: typed -->', '```js', 'x', '```'],
    ['<!-- example: continues -->', 'text', '```js', 'x', '```'],
    ['```js', 'x'],
    ['<!-- example:', 'x'],
  ])('is refused where nobody would know what it is: %s', (...lines) => {
    expect(() => pageOf(...lines)).toThrow(SyntaxError)
  })
})

describe('the files of a page', () => {
  it('are hidden, or its own blocks', () => {
    const { files } = pageOf(
      '<!-- file: views/a.html',
      'hidden',
      '-->',
      '<!-- example: file b.css -->',
      '```css',
      'p {}',
      '```',
    )
    expect([...files]).toEqual([
      ['views/a.html', 'hidden\n'],
      ['b.css', 'p {}\n'],
    ])
  })
})

describe('the programs of a page', () => {
  it('go on where a block says so', () => {
    const lines = ['```js', 'one()', '```', '<!-- example: continues -->', '```js', 'two()', '```']
    expect(programsOf(...lines)).toEqual(['one()\ntwo()'])
  })

  it('leave out what is only shown', () => {
    expect(programsOf('<!-- example: shown, so -->', '```js', '…', '```')).toEqual([])
  })

  it('cannot go on with nothing', () => {
    expect(() => programsOf('<!-- example: continues -->', '```js', 'x()', '```')).toThrow(
      'no program to continue',
    )
  })

  it('are given what they name and do not declare, and what that names', () => {
    const given = ['<!-- examples:', 'const a = 1', 'const b = a', 'const unused = 2', '-->']
    expect(programsOf(...given, '```js', 'use(b)', '```')).toEqual([
      'const a = 1\nconst b = a\nuse(b)',
    ])
    expect(programsOf(...given, '```js', 'const b = 3', 'use(b)', '```')).toEqual([
      'const b = 3\nuse(b)',
    ])
  })

  it('listen when they are asked', () => {
    const asked = ['<!-- example:', 'ask GET / → 200', '-->', '```js']
    expect(programsOf(...asked, 'make(app)', '```')).toEqual(['make(app)\napp.listen(0)'])
    expect(programsOf(...asked, 'app.listen(3000)', '```')).toEqual(['app.listen(3000)'])
  })
})

describe('what a program claims', () => {
  it('is a question about the value, or about what is printed', () => {
    expect(programs.withClaims('x.js', 'f(1) // → 2')).toBe('claimed(false, "2", f(1)) // → 2')
    expect(programs.withClaims('x.js', 'console.log(y) // → text')).toBe(
      'console.log(claimed(true, "text", y)) // → text',
    )
  })

  it('is no question where a comment is only a comment', () => {
    const text = 'f(1) // two\ng() /* → 2 */\n// → 3\nconst x = h() // → 4'
    expect(programs.withClaims('x.js', text)).toBe(
      'f(1) // two\nclaimed(false, "2", g()) /* → 2 */\n// → 3\nconst x = h() // → 4',
    )
  })
})
