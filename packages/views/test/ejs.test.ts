import peer from 'ejs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import ejs from '@tokkyu/views/ejs'

/** Both engines on the same template. */
function both(template: string, data: object = {}, options: object = {}): [unknown, unknown] {
  return [ejs.render(template, data, options), peer.render(template, data, options)]
}

describe('the EJS door', () => {
  const cases: [string, string, object?, object?][] = [
    ['a literal opening delimiter', '<%%= x %> and <%%'],
    ['a literal closing delimiter', 'a %%> b'],
    ['a stray closing delimiter', 'a %> b -%>\nc'],
    ['a trimmed line break', 'a <% -%>\nb <% _%> \t\nc\n  <%_ %>d\r\n<% -%>\r\ne'],
    [
      'white space at both ends of lines',
      '  a \n\n  <% %>  \n <%= 1 %>  \n\nb \n ',
      {},
      { rmWhitespace: true },
    ],
    ['comments', 'a<%# b %>c<% // d %>e<% /* f */ %>g'],
    ['a semicolon at the end of an output tag', '<%= x; %>', { x: 1 }],
    ['an empty output tag', 'a<%= %>b<%-  %>c'],
    ['statements that span tags', '<% if (a) { %>yes<% } else { %>no<% } %>', { a: 0 }],
    ['a loop', '<% for (var i = 0; i < 3; i++) { %><%= i %>,<% } %>'],
    ['a callback', '<% list.forEach(function (x) { %>[<%= x %>]<% }) %>', { list: [1, 2] }],
    [
      'a var that falls back on the local of its name',
      '<% var t = t || "none" %><%= t %>',
      { t: 'x' },
    ],
    ['a var whose name is no local', '<% var t = t || "none" %><%= t %>'],
    ['a guard by typeof', '<% if (typeof x !== "undefined") { %><%= x %><% } %>.'],
    ['a name that is only read when it is there', '<% if (false) { %><%= nothing %><% } %>.'],
    ['a local that is undefined', '[<%= x %>]', { x: undefined }],
    ['a local that hides a global', '<%= Math %>', { Math: 'mine' }],
    ['names in an eval', "<%= eval('site.posts') %>", { site: { posts: 2 } }],
    ['a variable that an eval sets', "<% var a = 1; eval('a = b') %><%= a %>", { b: 2 }],
    ['a local that is called eval', "<%= eval('1') %>", { eval: (text: string) => `<${text}>` }],
    ['a global', '<%= Math.max(1, 2) %><%= JSON.stringify([1]) %>'],
    ['the object of all locals', '<%= locals.a %><%= locals.b %>', { a: 1 }],
    ['all locals under another name', '<%= it.a %>', { a: 1 }, { localsName: 'it' }],
    ['a shorthand property', '<%= JSON.stringify({ a }) %>', { a: 1 }],
    ['destructuring', '<% var { a, b: [c = 5] } = o %><%= a + c %>', { o: { a: 1, b: [] } }],
    ['an assignment to a local', '<% a = a + 1 %><%= a %>', { a: 1 }],
    ['a function that prints', '<% function p(x) { %><b><%= x %></b><% } %><% p(1) %><% p(2) %>'],
    [
      'other delimiters',
      '[? if (1) { ?]x[?= y ?][? } ?]',
      { y: 2 },
      { openDelimiter: '[', closeDelimiter: ']', delimiter: '?' },
    ],
    [
      'values of all kinds',
      '<%= a %>|<%= b %>|<%= c %>|<%= d %>|<%- e %>',
      { a: [1, '<'], b: { toString: () => '<o>' }, c: true, d: 0n, e: null },
    ],
    ['text with quotes, backslashes and separators', '"\'`\\n \\u0041 ${x} \u2028 \0 </script>'],
    [
      'a function of the data that uses `this`',
      '<%= f(1) %>',
      {
        n: 2,
        f(this: { n: number }, x: number) {
          return x + this.n
        },
      },
    ],
    ['parts that are taken out by a comment', 'a<% /* %>b<%= c %><% d( %><% */ %>e'],
    ['a reserved word as a local', '<%= package.name %>', { package: { name: 'x' } }],
    ['a local named as our own words', '<%= t$L %><%= t$ %>', { t$L: 1, t$: 2 }],
  ]
  it.each(cases)('renders as EJS does: %s', (_name, template, data, options) => {
    const [ours, theirs] = both(template, data, options)
    expect(ours).toBe(theirs)
  })

  it('escapes any string as EJS does', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(60), (text, times) => {
        const x = text.repeat(times)
        expect(ejs.escapeXML(x)).toBe(peer.escapeXML(x))
      }),
    )
  })

  it('renders any text without tags as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('%'))
        expect(ejs.render(text)).toBe(text)
      }),
    )
  })

  it('has every name that EJS has', () => {
    expect(Object.keys(ejs)).toEqual(expect.arrayContaining(Object.keys(peer)))
  })

  it('throws the name of a missing local in EJS’s words', () => {
    expect(() => ejs.render('a\n<%= nope %>', {}, { filename: 'f.ejs' })).toThrow(
      'f.ejs:2\n    1| a\n >> 2| <%= nope %>\n\nnope is not defined',
    )
  })

  it.each<[string, () => unknown, string, string]>([
    [
      'a cache without a name',
      () => ejs.render('x', {}, { cache: true }),
      'TEMPLATE_BAD_OPTION',
      'cache option requires a filename',
    ],
    [
      'a name of the locals that is none',
      () => ejs.render('x', {}, { localsName: 'a-b' }),
      'TEMPLATE_BAD_OPTION',
      'localsName is not a valid JS identifier.',
    ],
    [
      'neither a template nor a name',
      () => ejs.render(undefined as unknown as string),
      'TEMPLATE_BAD_OPTION',
      'Cannot render without a template or a file name',
    ],
    [
      'an include that is nowhere',
      () => ejs.render("<%- include('<nowhere>') %>"),
      'TEMPLATE_NOT_FOUND',
      `ejs:1\n >> 1| <%- include('<nowhere>') %>\n\nCould not find the include file "&lt;nowhere&gt;"`,
    ],
  ])('throws with a code, in EJS’s words: %s', (_name, action, code, message) => {
    expect(action).toThrow(expect.objectContaining({ code, status: 500, expose: false, message }))
  })

  it('asks for a callback where there are no promises, in EJS’s words', () => {
    const { promiseImpl } = ejs
    ejs.promiseImpl = undefined
    try {
      expect(() => ejs.renderFile('x')).toThrow(
        expect.objectContaining({
          code: 'TEMPLATE_BAD_OPTION',
          message: 'Please provide a callback function',
        }),
      )
    } finally {
      ejs.promiseImpl = promiseImpl
    }
  })

  it('takes no option from the data', () => {
    const data = { delimiter: '?', escape: () => 'owned', client: true, cache: true, filename: 'x' }
    expect(ejs.render('<%= 1 %><?= 2 ?>', data)).toBe('1<?= 2 ?>')
  })

  it('prints the result of a function that prints itself after what it printed', () => {
    expect(ejs.render('<% function p() { %>a<% return "b" } %><%= p() %>')).toBe('ab')
  })
})
