import { describe, expect, it } from 'vitest'

import { render } from './folder.ts'

function said(template: string, data: object = {}): string {
  try {
    void render(template, data)
  } catch (error) {
    return (error as Error).message.split('\n\n')[1] ?? ''
  }
  throw new Error('nothing was thrown')
}

const ALONE = 'is a word of layouts only as a statement, or as all that a tag holds'

describe('a name that other layouts know', () => {
  it.each([
    [
      '<main><%- body %></main>',
      "body is not defined: a layout prints its page by `block('body')`",
    ],
    ['<%- blocks.head %>', "blocks is not defined: a layout prints a block by `block('name')`"],
    ['<%- scripts %>', "scripts is not defined: a layout prints a block by `block('scripts')`"],
    [
      '<%- stylesheets %>',
      "stylesheets is not defined: a layout prints a block by `block('styles')`",
    ],
    [
      "<% script('a.js') %>",
      "script is not defined: a page adds to a block of its layout by `append('scripts', content)`",
    ],
    [
      "<% stylesheet('a.css') %>",
      "stylesheet is not defined: a page adds to a block of its layout by `append('styles', content)`",
    ],
    [
      "<%- contentFor('side') %>",
      "contentFor is not defined: a page fills a block of its layout by `block('name', content)`",
    ],
    [
      "<%- defineContent('side') %>",
      "defineContent is not defined: a layout prints a block by `block('name')`",
    ],
    [
      "<%- partial('nav', { a: 1 }) %>",
      "partial is not defined: a part is included by `include('name', data)`",
    ],
    [
      "<% block('head').append('<link>') %>",
      `block is not defined: \`block\` ${ALONE}; what adds to a block is \`append('name', content)\``,
    ],
    ["<% if (1) { var a = layout('base') } %>", `layout is not defined: \`layout\` ${ALONE}`],
    ["<%= append('a', 1) + 1 %>", `append is not defined: \`append\` ${ALONE}`],
    ["<%= prepend('a', 1) + 1 %>", `prepend is not defined: \`prepend\` ${ALONE}`],
  ])('is shown ours: %s', (template, message) => {
    expect(said(template)).toBe(message)
  })

  it('is a misspelt one where the data has its like', () => {
    expect(said('<%- scripts %>', { script: 'x' })).toBe(
      'scripts is not defined; did you mean script?',
    )
  })

  it('is the data’s where the data has it', () => {
    expect(render("<%- body %><%= partial('x') %>", { body: '<b>x</b>', partial: String })).toBe(
      '<b>x</b>x',
    )
  })
})
