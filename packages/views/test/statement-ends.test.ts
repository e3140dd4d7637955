import peer from 'ejs'
import { describe, expect, it } from 'vitest'

import ejs from '@tokkyu/views/ejs'

import { engineOver, render } from './folder.ts'

const data = () => ({ items: [0], page: {}, add: (b: number[]) => b.push(7) })

describe('a statement that ends with its line', () => {
  const cases: [string, string][] = [
    ['before a call on a local', '<% const total = 1\nitems.push(total) %><%= items %>'],
    [
      'before an assignment to a member',
      '<% const f = (x) => x\npage.title = f("H") %><%= page.title %>',
    ],
    ['before a call of a local', '<% const b = []\nadd(b) %><%= b %>'],
    [
      'after the body of a loop',
      '<% const b = []\nfor (const x of [1, 2]) b.push(x)\nitems.push(b.length) %><%= items %>',
    ],
    ['in a case', '<% switch (1) { case 1: var a = 1\nitems.push(a) } %><%= items %>'],
    [
      'after a bare return',
      '<% const f = () => { if (items.length) return\nitems.push(4) }\nf()\nitems.push(5) %><%= items %>',
    ],
    ['after a variable called let', '<% if (!items) let\nitems.push(8) %><%= items %>'],
    ['before the body of an else', '<% if (!items) page = 1\nelse\nitems.push(6) %><%= items %>'],
  ]
  it('ends before the name of a layout', () => {
    const views = engineOver({
      'page.html': "<% const title = 'x'\nlayout('base') %><p>",
      'base.html': "<main><% block('body') %></main>",
    })
    expect(views.render('page', {})).toBe('<main><p></main>')
  })

  it('ends before an include that is awaited', async () => {
    const views = engineOver({
      'page.html': "<% const title = await 'x'\ninclude('part') %>.",
      'part.html': '<% await 1 %>',
    })
    expect(await views.render('page', {})).toBe('.')
  })

  it.each(cases)('ends there %s', (_name, template) => {
    const theirs = peer.render(template, data())
    expect(ejs.render(template, data())).toBe(theirs)
    expect(render(template, data())).toBe(theirs)
  })
})
