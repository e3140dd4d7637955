import path from 'node:path'

import { TemplateContextError } from '@tokkyu/views'
import { describe, expect, it } from 'vitest'

import { render } from './folder.ts'

/** What is said of a template whose ways end in different places, and the source of each place. */
function said(template: string): { rule: string; ways: string[] } {
  try {
    void render(template, { x: [1] })
  } catch (error) {
    if (!(error instanceof TemplateContextError)) throw error
    const { reason, path: file } = error
    const [rule, ways] = reason.replaceAll(path.normalize(file), '').split(': one way ends in ')
    const places = ways?.split(', the other in ').map((way) => {
      const [, words, column] = /^(.*) \(:1:(\d+)\)$/.exec(way) as unknown as [0, string, string]
      return `${words} | ${template.slice(0, Number(column) - 1).slice(-12)}`
    })
    return { rule: rule as string, ways: places ?? [] }
  }
  throw new Error('nothing was thrown')
}

describe('ways that end in different places', () => {
  it.each([
    [
      '<p <% if (x) { %>a="<% } else { %>b<% } %>">',
      'Both branches of an `if` must end in the same place of the page',
      [
        'the value of the attribute `a` (double quoted) | { %>a="<% }',
        'the tag <p> | se { %>b<% }',
      ],
    ],
    [
      '<p <% if (x) { %>a="<% } %>">',
      'An `if` without `else` must end where it began',
      ['the value of the attribute `a` (double quoted) | { %>a="<% }', 'the tag <p> | <p <% '],
    ],
    [
      '<% for (const y of x) { %><b <% } %>>',
      'A loop must end its body where it began it',
      ['text | <% ', 'the tag <b> | %><b <% }'],
    ],
    [
      '<% for (const y of x) { %><b <% if (y) continue; %>><% } %>',
      'A `continue` must stand in the place where the body of its loop ends',
      ['text | %>><% }', 'the tag <b> | if (y) '],
    ],
    [
      '<% for (const y of x) { %><b <% if (y) break; %>><% } %>',
      'A `break` must stand in the place where what it leaves ends',
      ['text | %>><% }', 'the tag <b> | if (y) '],
    ],
    [
      '<% a: { %><b <% if (x) break a; %>><% } %>',
      'A `break` must stand in the place where what it leaves ends',
      ['text | %>><% }', 'the tag <b> | if (x) '],
    ],
    [
      '<% for (;;) { if (x) break; %><b <% break } %>',
      'Each `break` must stand in the same place of the page',
      ['text | if (x) ', 'the tag <b> | %><b <% '],
    ],
    [
      '<% switch (x) { case 1: %><b <% case 2: %>y<% } %>>',
      'A `case` that runs into the next one must end where the `switch` began',
      ['text | <% ', 'the tag <b> | %><b <% '],
    ],
    [
      '<% switch (x) { case 1: %><b <% } %>>',
      'A `switch` without `default` must end where it began',
      ['the tag <b> | %><b <% }', 'text | <% '],
    ],
    [
      '<% try { %><b<% } catch { %>><% } %>',
      'A `try` and its `catch` must end in the same place of the page',
      ['the tag <b> | { %><b<% }', 'text | { %>><% }'],
    ],
    [
      '<div <% if (x) return; %>>',
      'A `return` must stand in the place where the template or function ends',
      ['text | return; %>>', 'the tag <div> | if (x) '],
    ],
    [
      '<% if (x) return; %><div title="<% return %>">',
      'Each `return` must stand in the same place of the page',
      ['text | if (x) ', 'the value of the attribute `title` (double quoted) | title="<% '],
    ],
    [
      '<% x.forEach(() => { %><b <% }) %>>',
      'A function must end printing where it began',
      ['the tag <b> | %><b <% }', 'text | .forEach('],
    ],
    [
      '<script>var a = <% if (x) { %>"<% } %></script>',
      'An `if` without `else` must end where it began',
      ['a double quoted string of <script> | { %>"<% }', 'the code of <script> | var a = <% '],
    ],
  ])('are told by what parts them: %s', (template, rule, ways) => {
    const found = said(template)
    expect(found.rule).toBe(rule)
    expect(found.ways).toHaveLength(ways.length)
    found.ways.forEach((way, i) => {
      const [words, end] = (ways[i] as string).split(' | ') as [string, string]
      expect(way.split(' | ')[0]).toBe(words)
      expect(way.endsWith(end)).toBe(true)
    })
  })

  it.each([
    '<p <% for (const y of x) { %>a<% } %>b>',
    '<p <% x.forEach(() => { %>a<% }) %><%= x %>>',
    '<p <% while (x) { %>a<% } %><%= x %>>',
  ])('are not called branches where there are none: %s', (template) => {
    expect(said(template).rule).toMatch(/^What runs before this may have written an attribute: /)
  })
})
