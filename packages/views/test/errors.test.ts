import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import path from 'node:path'

import { createEngine } from '@tokkyu/views'
import { describe, expect, it, onTestFinished } from 'vitest'

import { codeFrame } from '../src/source/code-frame.ts'
import { sourceMapUrl } from '../src/source/source-map.ts'
import { positionAt, positionsIn } from '../src/source/source.ts'
import { engineOver, folder, render } from './folder.ts'

/** The error that an action throws; the test fails when there is none. */
function errorOf(action: () => unknown): Error & Record<string, unknown> {
  try {
    action()
  } catch (error) {
    return error as Error & Record<string, unknown>
  }
  throw new Error('nothing was thrown')
}

function boom(): never {
  throw Object.assign(new Error('boom'), { status: 404, code: 'MINE' })
}

describe('an error while a template runs', () => {
  it('says file, line, column and shows the lines around', () => {
    const error = errorOf(() =>
      render(
        '<ul>\n<% for (const user of users) { %>\n  <li><%= user.name.first %></li>\n<% } %>\n</ul>',
        { users: [{}] },
      ),
    )
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/page\.html:3:\d+\n/)
    expect(error['frame']).toBe(
      '  1 | <ul>\n  2 | <% for (const user of users) { %>\n> 3 |   <li><%= user.name.first %></li>\n    |                     ^^^^^\n  4 | <% } %>\n  5 | </ul>',
    )
    expect(error).toMatchObject({ line: 3, column: 21, includeStack: [] })
    expect(error.message).toContain("Cannot read properties of undefined (reading 'first')")
  })

  it('points into a tag of many lines', () => {
    const error = errorOf(() => render('a\n<%\n  const x = 1\n  x.y.z()\n%>'))
    expect(error).toMatchObject({ line: 4, column: 7 })
  })

  it('names the nearest known name for one that is not there', () => {
    expect(errorOf(() => render('<%= usr.name %>', { user: 1 })).message).toContain(
      'usr is not defined; did you mean user?',
    )
    expect(
      errorOf(() => render('<%= pritn(1) %>', {}, { helpers: { print: String } })).message,
    ).toContain('did you mean print?')
    expect(
      errorOf(() => render('<% for (const order of x) { %><%= ordr %><% } %>', { x: [1] })).message,
    ).toContain('did you mean order?')
    expect(errorOf(() => render('<%= zzz %>', { user: 1 })).message).toMatch(/zzz is not defined$/)
    expect(errorOf(() => render('<%= usr %>', { user: 1 }))).toBeInstanceOf(ReferenceError)
    expect(errorOf(() => render('\n <%= user.a + usr %>', { user: 1 }))).toMatchObject({
      line: 2,
      column: 15,
    })
  })

  it('tells the way through includes and layouts', () => {
    const engine = engineOver({
      'base.html': "<b>\n<%- include('parts/nav') %></b>",
      'parts/nav.html': '<i><%= boom() %></i>',
      'page.html': "<% layout('base') %>\n<%- include('parts/nav') %>",
      'other.html': "<% layout('base') %>",
    })
    const error = errorOf(() => engine.render('page', { boom }))
    expect(error).toMatchObject({
      status: 404,
      code: 'MINE',
      path: expect.stringContaining('nav.html'),
      line: 1,
      column: 8,
    })
    expect(error['includeStack']).toEqual([expect.stringMatching(/page\.html:2:5$/)])
    expect(error.message).toMatch(/boom\n {4}included from .*page\.html:2:5$/)
    expect(errorOf(() => engine.render('other', { boom }))['includeStack']).toEqual([
      expect.stringMatching(/base\.html:2:5$/),
      expect.stringMatching(/other\.html:1/),
    ])
  })

  it('shows the template in its stack', () => {
    const error = errorOf(() => render('a\nb\n<% function f() { null.x } %>\n<% f() %>'))
    expect(error.stack).toMatch(
      /at f \(.*page\.html:3:\d+\)\n\s+at (?:Object\.)?template \(.*page\.html:4:4\)/,
    )
  })

  it('ends a template that includes itself for ever, soon and shortly told', () => {
    const engine = engineOver({ 'a.html': '<%- include("a") %>', 'b.html': '<% layout("b") %>' })
    for (const name of ['a', 'b']) {
      const error = errorOf(() => engine.render(name))
      expect(error).toBeInstanceOf(RangeError)
      expect((error['includeStack'] as string[]).length).toBeLessThanOrEqual(50)
    }
  })

  it('starts anew when the same error is thrown again', () => {
    const error = new Error('again')
    const engine = engineOver({
      'a.html': '<%- include("b") %>',
      'b.html': '<% throw error %>',
      'c.html': '<%- include("nothing") %>',
    })
    for (let i = 0; i < 3; i++) {
      expect(errorOf(() => engine.render('a', { error }))).toBe(error)
      expect(error.message).toMatch(
        /^.*b\.html:1:4\n[^]*\n\nagain\n {4}included from .*a\.html:1:5$/,
      )
      expect(errorOf(() => engine.render('c'))['includeStack']).toEqual([])
    }
  })

  it('speaks of a function by its name', () => {
    expect(errorOf(() => render('<%= f() %>', { f: 1 })).message).toMatch(
      /\n\nf is not a function$/,
    )
  })

  it('wraps what cannot carry a place', () => {
    for (const thrown of ['text', null, Object.freeze(new Error('frozen'))]) {
      const error = errorOf(() => render('<% throw x %>', { x: thrown }))
      expect(error).toMatchObject({ code: 'TEMPLATE_THREW', cause: thrown, line: 1 })
    }
  })

  it('is right below long includes of the same error', () => {
    const engine = engineOver({
      'a.html': '<% if (n > 0) { %><%- include("a", { n: n - 1 }) %><% } else { %><%= no %><% } %>',
    })
    const error = errorOf(() => engine.render('a', { n: 5 }))
    expect(error['includeStack']).toHaveLength(5)
  })
})

describe('an error of syntax', () => {
  it.each([
    ['a tag that is not closed', 'a\n<%= x', 'TEMPLATE_UNCLOSED_TAG', 2, 1],
    ['a tag that is not closed before the next', '<% x <%= y %>', 'TEMPLATE_UNCLOSED_TAG', 1, 1],
    [
      'a block that is not closed',
      'a\n <% if (x) { %>\nb\n<% for (;;) { %>c<% } %>',
      'TEMPLATE_UNCLOSED_BLOCK',
      2,
      12,
    ],
    [
      'a callback that is not closed',
      '<% x.map(function () { %>a',
      'TEMPLATE_UNCLOSED_BLOCK',
      1,
      22,
    ],
    ['a bracket too many', 'a\n<% } %>', 'TEMPLATE_SYNTAX', 2, 4],
    ['a word that cannot be', '<p>\n  <%= x y %>', 'TEMPLATE_SYNTAX', 2, 9],
    ['a string without an end', '<%= "x %>', 'TEMPLATE_SYNTAX', 1, 5],
    ['two expressions in one tag', '<%= a) + (b %>', 'TEMPLATE_SYNTAX', 1, 4],
    ['await in a callback', '<% x.map(() => { %><%= await 1 %><% }) %>', 'TEMPLATE_SYNTAX', 1, 24],
  ])('points at it: %s', (_name, template, code, line, column) => {
    const error = errorOf(() => render(template, { x: [] }))
    expect(error).toMatchObject({ code, line, column, status: 500, expose: false })
    expect(error).toBeInstanceOf(SyntaxError)
    expect(error.message).toContain(`page.html:${line}:${column}\n`)
  })

  it('in an include says who included it', () => {
    const engine = engineOver({
      'bad.html': '<% ( %>',
      'page.html': 'a\n<%- include("bad") %>',
      'dynamic.html': '<%- include(name) %>',
    })
    expect(errorOf(() => engine.render('page'))['includeStack']).toEqual([
      expect.stringMatching(/page\.html:2:5$/),
    ])
    expect(errorOf(() => engine.render('dynamic', { name: 'bad' }))['includeStack']).toEqual([
      expect.stringMatching(/dynamic\.html:1:\d+$/),
    ])
  })

  it('in a missing include is only an error when it is reached', () => {
    const template = '<% if (x) { %><%- include("nothing") %><% } %>.'
    expect(render(template, { x: false })).toBe('.')
    expect(errorOf(() => render(template, { x: true }))).toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
      line: 1,
    })
  })
})

describe('source maps', () => {
  it('lead Node from the compiled function to the template', () => {
    const root = folder({
      'a.html': 'a\nb\n<p>\n<% const f = () => new Error("here").stack %>\n  <%- "" %><%= f() %>\n',
    })
    onTestFinished(() => rmSync(root, { recursive: true }))
    const program = `
      const views = require(${JSON.stringify(path.resolve(import.meta.dirname, '../entry/index.cjs'))})
      process.stdout.write(views({ roots: ${JSON.stringify(root)}, cache: false, escapeBy: 'html' }).render('a'))`
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--enable-source-maps', '-e', program],
      { encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    expect(stdout).toMatch(/at f \(.*a\.html:4:\d+\)/)
    expect(stdout).toMatch(/at (?:Object\.)?template \(.*a\.html:5:\d+\)/)
  })

  // Reading the text from its start for each would look at a hundred billion characters.
  it('read the template once, however many places they name', { timeout: 60_000 }, () => {
    const line = '<p>some text and a value</p>\n'
    const text = line.repeat(100_000)
    const segments = Array.from({ length: 100_000 }, (_, i) => ({
      line: i,
      column: 4,
      offset: i * line.length + 3,
    }))
    expect(sourceMapUrl({ name: 'page.html', text }, 'page.html', segments)).toContain('base64')
  })

  it('are made without a cache and left out with one, unless asked for', () => {
    // A map holds the whole template: production does without.
    const root = folder({ 'a.html': '<%= f() %>' })
    onTestFinished(() => rmSync(root, { recursive: true }))
    for (const options of [{ cache: true }, { cache: false }, { cache: true, sourceMaps: true }]) {
      expect(createEngine({ roots: root, ...options }).render('a', { f: () => 'x' })).toBe('x')
    }
  })
})

describe('a code frame', () => {
  const source = { name: 'a', text: 'one\n\ttwo\r\nthree\nfour\nfive\nsix' }
  it('underlines under tabs', () => {
    expect(codeFrame(source, 5, 3)).toBe(
      '  1 | one\n> 2 | \ttwo\n    | \t^^^\n  3 | three\n  4 | four',
    )
  })
  it('stays on its line', () => {
    expect(codeFrame(source, 7, 30)).toContain('    | \t  ^\n')
  })
  it('may point at the end', () => {
    expect(codeFrame(source, source.text.length)).toBe(
      '  4 | four\n  5 | five\n> 6 | six\n    |    ^',
    )
  })
})

describe('a position', () => {
  it('counts lines and columns from 1', () => {
    expect(positionAt({ name: 'a', text: 'x\ny' }, 0)).toEqual({ line: 1, column: 1 })
    expect(positionAt({ name: 'a', text: 'x\ny' }, 3)).toEqual({ line: 2, column: 2 })
  })
  it('is found in any order', () => {
    const positionOf = positionsIn({ name: 'page.html', text: 'a\nbc\n\nd' })
    expect([5, 0, 2, 7, 6, 1].map((offset) => positionOf(offset))).toEqual([
      { line: 3, column: 1 },
      { line: 1, column: 1 },
      { line: 2, column: 1 },
      { line: 4, column: 2 },
      { line: 4, column: 1 },
      { line: 1, column: 2 },
    ])
  })

  it('outside of the text is an error', () => {
    expect(() => positionAt({ name: 'a', text: 'x' }, 2)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_BAD_OFFSET', offset: 2 }),
    )
    expect(() => positionAt({ name: 'a', text: 'x' }, -1)).toThrow(RangeError)
  })
})
