import { TemplateSyntaxError } from '@tokkyu/views'
import ejs from '@tokkyu/views/ejs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { render } from './folder.ts'

interface Refused extends SyntaxError {
  readonly code: string
  readonly reason: string
  readonly line: number
  readonly column: number
  readonly frame: string
}

function refused(action: () => unknown): Refused {
  try {
    action()
  } catch (error) {
    return error as Refused
  }
  throw new Error('nothing was thrown')
}

/** The words that the frame underlines, and what is said of them. */
function said(template: string, options = {}): [underlined: string, reason: string, code: string] {
  const { frame, reason, line, column, code } = refused(() => render(template, {}, options))
  const length = /\^+/.exec(frame)?.[0].length ?? 0
  const text = template.split('\n')[line - 1] ?? ''
  return [text.slice(column - 1, column - 1 + length), reason, code]
}

describe('an `include` of EJS 2', () => {
  it.each([
    ['<% include head %>', 'include head', "<%- include('head') %>"],
    [
      'a\n<%- include ./parts/head.ejs -%>',
      'include ./parts/head.ejs',
      "<%- include('./parts/head.ejs') -%>",
    ],
    ["<%= include 'head' %>", "include 'head'", "<%- include('head') %>"],
    ['<%_ include "head" _%>', 'include "head"', "<%- include('head') _%>"],
    ["<%- include 'head', { a: 1 } %>", "include 'head', { a: 1 }", "<%- include('head', …) %>"],
  ])('is shown the way: %s', (template, underlined, way) => {
    expect(said(template)).toEqual([
      underlined,
      `\`include\` is a function: write \`${way}\``,
      'TEMPLATE_SYNTAX',
    ])
  })

  it('is shown the way in the delimiters of the template', () => {
    const options = { openDelimiter: '[', delimiter: '?', closeDelimiter: ']' }
    expect(said('[? include head ?]', options)[1]).toContain("write `[?- include('head') ?]`")
  })
})

describe('a token that is not expected', () => {
  it.each([
    ['a word', '<%= a bc %>', 'bc', "Unexpected token 'bc'"],
    ['a string', '<%= "a" "b" %>', '"b"', `Unexpected token '"b"'`],
    ['a bracket', '<% if (x = ) { %>a<% } %>', ')', "Unexpected token ')'"],
    [
      'one with a long text',
      `<%= a "${'x'.repeat(60)}" %>`,
      `"${'x'.repeat(60)}"`,
      `Unexpected token '"${'x'.repeat(39)}…'`,
    ],
    [
      'the end of a tag',
      '<%= 1 + %>',
      '%>',
      "Unexpected token '%>': the expression is not complete",
    ],
    [
      'a statement in an output tag',
      '<%= let x = 1 %>',
      'x',
      "Unexpected token 'x': an output tag holds one expression; write a statement in a tag that prints nothing",
    ],
    [
      'a condition without parentheses',
      '<% if true { %>a<% } %>',
      'true',
      "Unexpected token 'true': `if` needs a `(` behind it",
    ],
    [
      'a block behind an open parenthesis',
      'a\n<% if (x.length { %>a<% } %>',
      '{',
      "Unexpected token '{': is a `)` missing for the `(` at 2:7?",
    ],
    [
      'the wrong one of two closing brackets',
      '<% x.map((y) => { %>\n<%= y %>\n<% ) } %>',
      ')',
      "Unexpected token ')': the `{` at 1:17 is to be closed first",
    ],
    [
      'a closing bracket too many',
      '<% if (x) { %>a<% } } %>',
      '}',
      "Unexpected token '}': nothing is open here",
    ],
    [
      'the end of a block that was not opened',
      '<% if (x) { %>a<% } else %>\nb\n<% } %>',
      '}',
      "Unexpected token '}': is a `{` missing at the end of the tag at 1:16?",
    ],
    [
      'the end of a loop that was not opened',
      '<% for (const y of x) %>\n<%= y %>\n<% } %>',
      '}',
      "Unexpected token '}': is a `{` missing at the end of the tag at 1:1?",
    ],
    [
      'an `else` in a tag of its own',
      '<% if (x) { %>a<% } %>\n<% else { %>b<% } %>',
      'else',
      "Unexpected token 'else': write it in the tag of the `}` before it",
    ],
    [
      'an `else` behind a text without braces',
      '<% if (x) %>a<% else %>b',
      'else',
      "Unexpected token 'else': is a `{` missing at the end of the tag at 1:1?",
    ],
    [
      'an `else` without an `if`',
      '<% else { %>b<% } %>',
      'else',
      "Unexpected token 'else': no `if` ends right before it",
    ],
    [
      'a `catch` in a tag of its own',
      '<% try { %>a<% } finally { } catch { } %>',
      'catch',
      "Unexpected token 'catch': no `try` ends right before it",
    ],
    [
      'a text between a switch and its first case',
      '<% switch (x) { %> <% case 1: %>a<% } %>',
      ' ',
      'Nothing can stand between a `switch` and its first `case`: begin it in the same tag',
    ],
    [
      'a tag between a switch and its first case',
      '<% switch (x) { -%>\n<% case 1: %>a<% } %>',
      '<%',
      'Nothing can stand between a `switch` and its first `case`: begin it in the same tag',
    ],
    [
      'a text behind half a statement',
      '<% if (x) { y = %>text<% } %>',
      't',
      'Unexpected text: the statement before it is not complete',
    ],
    [
      'a tag behind half a statement',
      '<% y = %><% if (x) { } %>',
      '<%',
      'Unexpected tag: the statement before it is not complete',
    ],
    [
      'the end behind half a statement',
      '<% y = %>',
      '%>',
      'Unexpected end: the statement before it is not complete',
    ],
  ])('is named with its cause: %s', (_name, template, underlined, reason) => {
    const [shown, words, code] = said(template)
    expect([shown, words, code]).toEqual([underlined, reason, 'TEMPLATE_SYNTAX'])
  })
})

describe('a bracket that is not closed', () => {
  it.each([
    [
      'in an output tag',
      '<p><%= f(1, g(2) %>\nb',
      'TEMPLATE_SYNTAX',
      9,
      'This `(` is not closed before its tag ends: an output tag holds one whole expression',
    ],
    [
      'of a callback in an output tag',
      '<%= x.map(function (y) { %>a<% }) %>',
      'TEMPLATE_SYNTAX',
      24,
      'This `{` is not closed before its tag ends: an output tag holds one whole expression',
    ],
    [
      'of a block over tags',
      '<% if (x) { %>a<% // } %>b<% y() %>',
      'TEMPLATE_UNCLOSED_BLOCK',
      11,
      'This `{` is opened here and never closed',
    ],
    [
      'of a call around a callback',
      '<% x.map((y) => { %>a<% } %>',
      'TEMPLATE_UNCLOSED_BLOCK',
      9,
      'This `(` is opened here and never closed',
    ],
    [
      'of a call around a callback, before more code',
      '<% x.map((y) => { %>a<% } %>b<% y() %>',
      'TEMPLATE_UNCLOSED_BLOCK',
      9,
      'This `(` is opened here and not closed before 1:29',
    ],
    [
      'beside brackets in strings and regular expressions',
      '<% if (/[(]{2}/.test("((") && `${x}(`) { %>a',
      'TEMPLATE_UNCLOSED_BLOCK',
      40,
      'This `{` is opened here and never closed',
    ],
  ])('is pointed at: %s', (_name, template, code, column, reason) => {
    expect(refused(() => render(template))).toMatchObject({ code, line: 1, column, reason })
  })
})

describe('an `await`', () => {
  const hint = '`await` needs an async function around it: write `async` before its parameters'

  it.each(['<% x.map(() => { await x }) %>', '<% x.map((y) => { return await "y" }) %>'])(
    'in a callback is what is at fault: %s',
    (template) => {
      expect(said(template)).toEqual(['await', hint, 'TEMPLATE_SYNTAX'])
    },
  )

  it.each([
    ['<% // await\n} %>', "Unexpected token '}': nothing is open here"],
    ['<% x.map(async () => { f(await ) }) %>', "Unexpected token ')'"],
    ['<% f(await ) %>', "Unexpected token ')'"],
  ])('before something else that is wrong is not: %s', (template, reason) => {
    expect(said(template)[1]).toBe(reason)
  })
})

describe('other JavaScript that cannot be', () => {
  it.each([
    ['<% x.map(() => { break }) %>', '`break` has no loop around it; a callback is none'],
    ['<% x.map(() => { continue }) %>', '`continue` has no loop around it; a callback is none'],
    [
      '<% import x from "y" %>',
      'A template cannot `import` or `export`: give it what it needs with the data',
    ],
    ['<%= "a %>b" %>', 'Unterminated string constant: the tag ends inside of it'],
    ['<%= "a\n" %>', 'Unterminated string constant'],
    ['<% const a = 1, a = 2 %>', "Identifier 'a' has already been declared"],
  ])('says so: %s', (template, reason) => {
    expect(said(template)).toEqual([expect.any(String), reason, 'TEMPLATE_SYNTAX'])
  })
})

describe('any template that is torn', () => {
  const whole = [
    '<ul><% for (const x of list) { %><li class="<%= x.a %>"><%= f(x, [1, `${x.b}`]) %></li><% } %></ul>',
    '<% if (a) { %>\n a\n<% } else if (b) { %>\n<%- include("b", { c: [1] }) %>\n<% } else { %>c<% } -%>\n',
    '<% switch (a) { case 1: %>a<% break; default: %>b<% } %><% try { %>c<% } catch (e) { %>d<% } %>',
    '<%_ list.forEach(async function (x) { await x; /[)}]/.test(x) _%> text <%= x ? "%" : \'(\' %> <%_ }) _%>',
  ]
  const pieces = [
    '',
    '(',
    ')',
    '{',
    '}',
    '[',
    '`',
    '"',
    '%>',
    '<%',
    '<%=',
    ' else ',
    ' await ',
    '/*',
    '//',
    ';',
  ]

  it('compiles, or says where and why it does not', { timeout: 60_000 }, () => {
    const torn = fc
      .tuple(fc.constantFrom(...whole), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12))
      .chain(([text, from, length]) => {
        const start = Math.floor(from * text.length)
        return fc
          .constantFrom(...pieces)
          .map((piece) => text.slice(0, start) + piece + text.slice(start + length))
      })
    fc.assert(
      fc.property(torn, (template) => {
        const error = errorIn(() => ejs.compile(template, { async: true }))
        if (error === undefined) return
        expect(error).toBeInstanceOf(TemplateSyntaxError)
        expect((error as Refused).reason).toMatch(/\S/)
        expect((error as Refused).frame).toMatch(/\^/)
      }),
      { numRuns: 1000 },
    )
  })
})

function errorIn(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

describe('an `await` in the EJS door', () => {
  const hint = 'To use `await`, pass `async: true` as an option'

  it.each(['a<%= await x %>', 'a<% for await (const y of x) { %><%= y %><% } %>'])(
    'is shown the option where it needs it: %s',
    (template) => {
      const error = refused(() => ejs.render(template, {}, { filename: 'f.ejs' }))
      expect(error).toMatchObject({ code: 'TEMPLATE_SYNTAX', reason: hint, line: 1 })
      expect(error.message).toBe(
        `f.ejs:1:${error.column}\n${error.frame}\n\n${hint} in f.ejs while compiling ejs`,
      )
    },
  )

  it.each(['<% if ( %>', '<% x.map(() => { await x }) %>', '<%= a await %>', '<% include head %>'])(
    'is not spoken of where the option would not help: %s',
    (template) => {
      const error = refused(() => ejs.render(template))
      expect(error.message).toMatch(/ while compiling ejs$/)
      expect(error.message).not.toContain('async: true')
    },
  )
})
