import { describe, expect, it } from 'vitest'

import { engineOver, render } from './folder.ts'

describe('a template', () => {
  it.each([
    ['prints values, escaped and raw', '<%= x %> <%- x %>', '&lt;b&gt; <b>'],
    ['prints nothing for null and undefined', '[<%= null %><%= undefined %><%- null %>]', '[]'],
    ['prints zero and false', '<%= 0 %> <%= false %>', '0 false'],
    ['runs statements', '<% for (const i of [1, 2]) { %><%= i %>;<% } %>', '1;2;'],
    ['leaves out comments', 'a<%# b %>c', 'ac'],
    ['prints delimiters that are doubled', '<%% x %%>', '<% x %>'],
    ['trims what its tags ask for', 'a  <%_ -%>\nb<% _%> \n c', 'ab c'],
    ['knows globals', '<%= Math.max(1, 2) %>', '2'],
    ['may use names that are words in strict code', '<% var package = 1 %><%= package %>', '1'],
    ['may guard a name by typeof', '<%= typeof nothing %>', 'undefined'],
    ['ends where it returns, with what it has printed', 'a<% if (x) return %>b', 'a'],
    ['keeps text as it is', '"\'`\\ ${x} \u2028 \r\n\t', '"\'`\\ ${x} \u2028 \r\n\t'],
  ])('%s', (_name, template, html) => {
    expect(render(template, { x: '<b>' })).toBe(html)
  })

  it('sees helpers of the engine, behind its own data', () => {
    const helpers = { shout: (text: string) => text.toUpperCase(), name: 'helper' }
    expect(render('<%= shout(name) %>', {}, { helpers })).toBe('HELPER')
    expect(render('<%= shout(name) %>', { name: 'data' }, { helpers })).toBe('DATA')
    expect(render('<%= name %>', { name: undefined }, { helpers })).toBe('')
  })

  it('calls functions of the data with the data as `this`, as under `with`', () => {
    const data = {
      currency: 'EUR',
      price: function (this: { currency: string }, n: number) {
        return `${n} ${this.currency}`
      },
    }
    expect(render('<%= price(5) %><% [1].forEach(() => { %>, <%= price(6) %><% }) %>', data)).toBe(
      '5 EUR, 6 EUR',
    )
  })

  it('may include itself', () => {
    const engine = engineOver({
      'tree.html':
        '<li><%= name %><% for (const child of children) { %><%- include("tree", child) %><% } %></li>',
    })
    const tree = {
      name: 'a',
      children: [
        { name: 'b', children: [] },
        { name: 'c', children: [] },
      ],
    }
    expect(engine.render('tree', tree)).toBe('<li>a<li>b</li><li>c</li></li>')
  })

  it('uses the value of an include like any other', () => {
    const engine = engineOver({
      'a.html': 'world',
      'b.html': "<%- 'hello ' + include('a').toUpperCase() %>",
    })
    expect(engine.render('b')).toBe('hello WORLD')
  })

  it('prints what a function prints before its result', () => {
    expect(render('<% function f() { %>a<% return "b" } %><%= f() %>')).toBe('ab')
  })

  it('can be in strict mode', () => {
    expect(
      render('<%= (function () { return this })() === undefined %>', {}, { strict: true }),
    ).toBe('true')
  })

  it('is an error where strict mode forbids what it does', () => {
    expect(() => render('<% with (x) {} %>', { x: 1 }, { strict: true })).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_SYNTAX',
        message: expect.stringContaining('page.html'),
      }),
    )
  })

  it.each([
    'a<% // c %>b',
    'a<% <!-- c %>b',
    'a<%= 1 // c %>b',
    'a<% /* c */ %>b',
    'a<% /* %><p title="<%= c %>*/<% */ %>b',
  ])('goes on behind a comment: %s', (template) => {
    expect(render(template)).toMatch(/^a1?b$/)
  })

  it('can have other delimiters', () => {
    const options = { openDelimiter: '[', delimiter: '?', closeDelimiter: ']' }
    expect(render('[?= x ?]<%= x %>', { x: 1 }, options)).toBe('1<%= x %>')
  })

  it('can call its data otherwise', () => {
    expect(render('<%= it.x %>', { x: 1 }, { localsName: 'it' })).toBe('1')
  })

  it('can leave out white space at the ends of lines', () => {
    expect(render('  <b>  \n\n  <%= 1 %>  \n</b>\n', {}, { rmWhitespace: true })).toBe(
      '<b>\n1\n</b>',
    )
  })
})
