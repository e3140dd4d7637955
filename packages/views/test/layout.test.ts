import { describe, expect, it } from 'vitest'

import { engineOver } from './folder.ts'

const BASE = `<title><%= block('title', 'Home') %></title><main><%- block('body') %></main><% block('foot', () => { %><p>none</p><% }) %>`

describe('a word of layouts', () => {
  it.each([
    ['<% layout() %>', '`layout` is a word of layouts here and needs the name of a template'],
    ['<%= block() %>', '`block` is a word of layouts here and needs a name'],
    ["<% append('x') %>", '`append` is a word of layouts here and needs a name and content'],
    ["<% prepend('x') %>", '`prepend` is a word of layouts here and needs a name and content'],
  ])('says what it needs: %s', (template, reason) => {
    const engine = engineOver({ 'page.html': template })
    expect(() => engine.render('page')).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_SYNTAX',
        reason,
        column: template[2] === '=' ? 5 : 4,
      }),
    )
  })
})

describe('a layout', () => {
  it('prints what the page prints in its block "body"', () => {
    const engine = engineOver({
      'base.html': BASE,
      'page.html': "<% layout('base') %><b><%= x %></b>",
    })
    expect(engine.render('page', { x: '<' })).toBe(
      '<title>Home</title><main><b>&lt;</b></main><p>none</p>',
    )
  })

  it('has blocks with defaults that a page replaces, by a value or by markup', () => {
    const engine = engineOver({
      'base.html': BASE,
      'page.html':
        "<% layout('base') %><% block('title', name) %><% block('foot', () => { %><i><%= name %></i><% }) %>x",
    })
    expect(engine.render('page', { name: '<script>' })).toBe(
      '<title>&lt;script&gt;</title><main>x</main><i>&lt;script&gt;</i>',
    )
  })

  it('is a page of its own when rendered alone', () => {
    const engine = engineOver({ 'base.html': BASE })
    expect(engine.render('base')).toBe('<title>Home</title><main></main><p>none</p>')
  })

  it('sees the data of the page and what the page gives it', () => {
    const engine = engineOver({
      'base.html': '<%= a %><%= b %>',
      'page.html': "<% layout('base', { b: c + 1 }) %>",
    })
    expect(engine.render('page', { a: 1, b: 1, c: 2 })).toBe('13')
  })

  it('collects what is appended and prepended, in the order of the page', () => {
    const engine = engineOver({
      'base.html': "<% block('js', '(base)') %>",
      'page.html':
        "<% layout('base') %><% append('js', 'a') %><% append('js', 'b') %><% prepend('js', 'c') %>",
    })
    expect(engine.render('page')).toBe('c(base)ab')
  })

  it('can have a layout itself', () => {
    const engine = engineOver({
      'base.html': BASE,
      'two.html':
        "<% layout('base') %><% block('title', 'Two') %><nav><% block('side', 'empty') %></nav><%- block('body') %><% append('foot', '2') %>",
      'page.html': "<% layout('two') %><% block('side', 'mine') %>page<% append('foot', '3') %>",
      'plain.html': "<% layout('two') %>plain<% block('title', 'Mine') %>",
    })
    expect(engine.render('page')).toBe(
      '<title>Two</title><main><nav>mine</nav>page</main><p>none</p>23',
    )
    expect(engine.render('plain')).toBe(
      '<title>Mine</title><main><nav>empty</nav>plain</main><p>none</p>2',
    )
  })

  it('encodes a block for the place in the layout where it stands', () => {
    const engine = engineOver({
      'base.html': `<a href="<% block('link', '/') %>"><script>var x = <% block('x', 1) %></script>`,
      'page.html': "<% layout('base') %><% block('link', url) %><% block('x', url) %>",
      'markup.html': "<% layout('base') %><% block('x', () => { %>f(<%= url %>)<% }) %>",
    })
    const url = 'javascript:"</script>"'
    const x = String.raw`"javascript:\"\u003c/script\u003e\""`
    expect(engine.render('page', { url })).toBe(
      `<a href="about:invalid#refused"><script>var x = ${x}</script>`,
    )
    expect(engine.render('markup', { url })).toBe(`<a href="/"><script>var x = f(${x})</script>`)
  })

  it('refuses markup that was written for another place', () => {
    const engine = engineOver({
      'base.html': `<a title="<% block('x', 1) %>"></a>`,
      'page.html': "<% layout(name) %><% block('x', () => { %><b>bold</b><% }) %>",
    })
    expect(() => engine.render('page', { name: 'base' })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_BLOCK_MISPLACED' }),
    )
  })

  it('is chosen at run time when its name is an expression', () => {
    const engine = engineOver({
      'a.html': "A<%- block('body') %><% block('x', '-') %>",
      'b.html': "B<%- block('body') %>",
      'page.html': "<% if (name) layout(name) %>p<% block('x', () => { %>!<% }) %>",
    })
    expect(engine.render('page', { name: 'a' })).toBe('Ap!')
    expect(engine.render('page', { name: 'b' })).toBe('Bp')
    expect(engine.render('page', { name: '' })).toBe('p')
  })

  it('leaves its words to data where they are no statement of their own', () => {
    const engine = engineOver({ 'page.html': '<%= layout %><%= block + append("x").length %>' })
    expect(engine.render('page', { layout: 'l', block: 1, append: (x: string) => x })).toBe('l2')
  })

  it('never takes its name from data', () => {
    const engine = engineOver({ 'page.html': 'page', 'secret.html': 'secret' })
    expect(engine.render('page', { layout: 'secret', settings: { layout: 'secret' } })).toBe('page')
  })
})

function later<T>(value: T): Promise<T> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1, value)
  })
}

describe('await in a template', () => {
  it('needs no option', async () => {
    const engine = engineOver({ 'page.html': '<p><%= await x %></p>' })
    expect(await engine.render('page', { x: later('<') })).toBe('<p>&lt;</p>')
  })

  it('works in includes, layouts and blocks, which are awaited by themselves', async () => {
    const engine = engineOver({
      'base.html': "<h1><%= await title %></h1><%- block('body') %><% block('foot') %>",
      'part.html': '<i><%= await x %></i>',
      'page.html':
        "<% layout('base') %><%- include('part') %><% block('foot', async () => { %><%= await x %><% }) %>",
    })
    const html = engine.render('page', { title: later('T'), x: later('X') })
    expect(await html).toBe('<h1>T</h1><i>X</i>X')
  })

  it('works in an include that fills its tag', async () => {
    const engine = engineOver({
      'page.html': '<%-include("part")%>,<%-include("part")%>.',
      'part.html': '<%= await x %>',
    })
    expect(await engine.render('page', { x: later('X') })).toBe('X,X.')
  })

  it('works in a template that includes itself', async () => {
    const engine = engineOver({
      'tree.html':
        '(<%= await name %><% for (const child of children) { %><%- include("tree", child) %><% } %>)',
    })
    const tree = { name: later('a'), children: [{ name: later('b'), children: [] }] }
    expect(await engine.render('tree', tree)).toBe('(a(b))')
  })

  it('returns a string at once where nothing is awaited', () => {
    expect(engineOver({ 'page.html': '<%= 1 %>' }).render('page')).toBe('1')
  })

  it('keeps renderings apart that run at the same time', async () => {
    const engine = engineOver({
      'page.html':
        "<%= name %><% for (const x of [1, 2, 3]) { %><% await wait() %><%- include('part', { x }) %><% } %><%= name %>",
      'part.html': '[<%= name %><% await wait() %><%= x %>]',
    })
    const names = ['a', 'b', 'c', 'd']
    const pages = await Promise.all(
      names.map(async (name) => engine.render('page', { name, wait: () => later(0) })),
    )
    expect(pages).toEqual(names.map((n) => `${n}[${n}1][${n}2][${n}3]${n}`))
  })

  it('says so when a promise would be printed', () => {
    const engine = engineOver({ 'page.html': '<%= x %>' })
    expect(() => engine.render('page', { x: later(1) })).toThrow('write `await`')
  })

  it('rejects with the place of the error', async () => {
    const engine = engineOver({ 'page.html': 'a\n<%= await x() %>' })
    const data = { x: () => Promise.reject(new Error('late')) }
    await expect(engine.render('page', data)).rejects.toMatchObject({ line: 2, column: 11 })
  })
})
