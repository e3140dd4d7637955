import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createEngine } from '@tokkyu/views'
import { describe, expect, it } from 'vitest'

function folder(files: Record<string, string>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'views-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), text)
  }
  return root
}

describe('an engine', () => {
  const root = folder({
    'views/hello.html': '<p>Hello, <%= name %>!</p>',
    'views/list.html': `<% for (const user of users) { -%>\n<li><%- include('parts/user', { user }) %></li>\n<% } -%>\n`,
    'views/parts/user.html': '<b><%= user %></b> of <%= users.length %>',
    'secret.html': 'secret',
  })
  symlinkSync(path.join(root, 'secret.html'), path.join(root, 'views/link.html'))
  const engine = createEngine({ roots: path.join(root, 'views'), cache: false })

  it('renders a template by its name', () => {
    expect(engine.render('hello', { name: 'Ada' })).toBe('<p>Hello, Ada!</p>')
  })

  it('escapes what it prints', () => {
    expect(engine.render('hello', { name: '<b>' })).toBe('<p>Hello, &lt;b&gt;!</p>')
  })

  it('includes templates with the data of the caller and their own', () => {
    expect(engine.render('list', { users: ['a', 'b'] })).toBe(
      '<li><b>a</b> of 2</li>\n<li><b>b</b> of 2</li>\n',
    )
  })

  it.each(['../secret', '/../secret', 'parts/../../secret', 'hello.html\0', 'link'])(
    'refuses the name %j, which leads out of its roots',
    (name) => {
      expect(() => engine.render(name)).toThrow(
        expect.objectContaining({ code: 'TEMPLATE_OUTSIDE_ROOTS' }),
      )
    },
  )

  it('says where it looked for a template that is not there', () => {
    expect(() => engine.render('nothing')).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_NOT_FOUND', template: 'nothing' }),
    )
  })

  it('hands the text to a callback, as Express calls an engine', () => {
    const results: unknown[] = []
    engine.express(path.join(root, 'views/hello.html'), { name: 'Ada' }, (...result) => {
      results.push(result)
    })
    expect(results).toEqual([[null, '<p>Hello, Ada!</p>']])
  })
})
