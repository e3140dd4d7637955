import { symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { createEngine, TemplateSyntaxError } from '@tokkyu/views'
import { afterEach, describe, expect, it } from 'vitest'

import { engineOver, folder, render } from './folder.ts'

// What template engines have taken from data and should not have: CVE-2017-1000228, CVE-2022-29078,
// CVE-2023-29827, CVE-2024-33883 (EJS), CVE-2022-25967, CVE-2023-23630 (Eta), CVE-2021-32820
// (express-handlebars), CVE-2021-21353 (Pug).
const OPTIONS = [
  'settings',
  'view options',
  'client',
  'escape',
  'escapeFunction',
  'outputFunctionName',
  'localsName',
  'destructuredLocals',
  'openDelimiter',
  'closeDelimiter',
  'delimiter',
  'filename',
  'root',
  'roots',
  'views',
  'cache',
  'pretty',
  'layout',
  'varName',
  'functionHeader',
  'debug',
  'compileDebug',
  'async',
  'context',
  'strict',
  'rmWhitespace',
  'escapeBy',
  'extension',
  'helpers',
  '_with',
  'unsafePrototypeLocals',
  'includer',
  'useWith',
  'parse',
  'plugins',
  'partials',
  'blockParams',
]
const INTERNALS = [
  'escapeFn',
  'include',
  'includeAt',
  'rethrow',
  '__append',
  '__output',
  '__lines',
  '__line',
  '__filename',
  'locals',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'template',
  'text',
  'raw',
  'encoders',
  'links',
  'missing',
  'fallback',
  'fail',
  'own',
  'copy',
  'print',
  'block',
  'append',
  'prepend',
  'body',
  'blocks',
  't$',
  't$o',
  't$L',
  't$p',
  'process',
  'globalThis',
  'Object',
  'String',
  'undefined',
  'arguments',
  'then',
  'toJSON',
]

const own = (name: string, value: unknown): object =>
  Object.defineProperty({ x: '<b>' }, name, { value, enumerable: true })

describe('data', () => {
  const files = {
    'page.html': "<p><%= x %></p><%- include('part') %>",
    'part.html': '<i><%= x %></i>',
  }
  const expected = '<p>&lt;b&gt;</p><i>&lt;b&gt;</i>'
  const warm = createEngine({ roots: folder(files), cache: true })
  const values: [string, unknown][] = [
    ['a function', () => 'OWNED'],
    [
      'an object',
      {
        'view options': { escape: () => 'OWNED', client: true, delimiter: '?' },
        views: '/',
        'view cache': true,
      },
    ],
    ['code', 'x;throw new Error("OWNED");//'],
    ['undefined', undefined],
  ]
  for (const [kind, value] of values) {
    it.each([...OPTIONS, ...INTERNALS])(`changes nothing as ${kind} called %j`, (name) => {
      expect(warm.render('page', own(name, value))).toBe(expected)
    })
  }

  it.each(
    INTERNALS.filter((name) => !['include', 'undefined', 'arguments', 'locals'].includes(name)),
  )('called %j is a local like any other', (name) => {
    expect(render(`<%= ${name} %>`, own(name, '<mine>'))).toBe('&lt;mine&gt;')
  })

  it('called like our own words is reached by `locals`, and the words still work', () => {
    const engine = engineOver({
      'page.html': "<%- include('part') %><%= locals.include %>",
      'part.html': 'p',
    })
    expect(engine.render('page', { include: 'mine' })).toBe('pmine')
  })

  it('has no value for what every object inherits', () => {
    expect(render('<%= typeof constructor %> <%= typeof toString %>', {})).toBe(
      'undefined undefined',
    )
  })

  it('of a class is not looked into for what it inherits', () => {
    class User {
      name = 'Ada'
      get role(): string {
        return 'admin'
      }
    }
    expect(render('<%= name %><%= typeof role %>', new User())).toBe('Adaundefined')
  })

  it.each([null, undefined, 1, 'text', true, Symbol('s')])('may be nothing useful: %s', (data) => {
    expect(render('<%= typeof x %>', data as unknown as object)).toBe('undefined')
  })

  it('that prints itself is escaped like any text', () => {
    const x = [
      ['<i>', { toString: () => '<o>' }],
      { toString: () => '<o>', toJSON: () => '</script>' },
    ]
    expect(render('<%= x %>', { x })).toBe('&lt;i&gt;,&lt;o&gt;,&lt;o&gt;')
    expect(render('<script>x = <%= x[1] %></script>', { x })).toBe(
      String.raw`<script>x = "\u003c/script\u003e"</script>`,
    )
  })

  it.each([
    ['a symbol', Symbol('s')],
    ['an object without a prototype', Object.create(null)],
    ['an object whose text is none', { toString: () => ({}) }],
  ])('that has no text is a clear error: %s', (_name, x) => {
    expect(() => render('<%= x %>', { x })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_UNPRINTABLE', line: 1 }),
    )
  })

  it('that has no JSON is a clear error', () => {
    const x: unknown[] = []
    x.push(x)
    expect(() => render('<script><%= x %></script>', { x })).toThrow(/no JSON/)
  })

  it('is not changed by the template', () => {
    const data = { x: 1 }
    expect(render('<% x = 2; y = 3; locals.z = 4 %><%= x + y %>', data)).toBe('5')
    expect(data).toEqual({ x: 1 })
    expect('y' in globalThis).toBe(false)
  })
})

describe('a polluted Object.prototype', () => {
  const polluted = Object.prototype as unknown as Record<string, unknown>
  const names = [
    ...OPTIONS,
    ...INTERNALS.filter((name) => !(name in Object.prototype)),
    'x',
    'y',
    'title',
  ]
  afterEach(() => {
    for (const name of names) delete polluted[name]
  })

  it.each(names)('by %j changes nothing', (name) => {
    const root = folder({
      // A text of its own for each name, as what a text means is remembered.
      'page.html': `<%# ${name} %><%= a %><%= typeof y %><%- include('part', { b: 1 }) %>`,
      'part.html': `<%# ${name} %><%= a + b %><%= typeof y %>`,
    })
    const warm = createEngine({ roots: root, cache: true })
    const expected = warm.render('page', { a: '<' })
    expect(expected).toBe('&lt;undefined&lt;1undefined')
    polluted[name] = () => 'OWNED'
    expect(warm.render('page', { a: '<' })).toBe(expected)
    const cold = createEngine({ roots: root, cache: false })
    // The JavaScript parser itself stumbles over this name: no page, and nothing run.
    expect(attempt(() => cold.render('page', { a: '<' }))).toBe(
      name === 'body' ? 'SyntaxError' : expected,
    )
  })

  it('gives no value to a name that the data lacks', () => {
    const engine = engineOver({ 'page.html': '<%= y %>' })
    polluted['y'] = 'OWNED'
    expect(() => engine.render('page', {})).toThrow('y is not defined')
    expect(() => engine.render('page', Object.create(null) as object)).toThrow('y is not defined')
  })
})

function attempt(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return (error as Error).constructor === TemplateSyntaxError ? 'SyntaxError' : error
  }
}

describe('names of templates', () => {
  const root = folder({
    'views/page.html': '<%- include(name) %>',
    'views/a/b.html': "b<%- include('../c') %>",
    'views/c.html': 'c',
    'views-old/x.html': 'OUTSIDE',
    'outside.html': 'OUTSIDE',
  })
  const views = path.join(root, 'views')
  symlinkSync(path.join(root, 'outside.html'), path.join(views, 'link.html'))
  symlinkSync(root, path.join(views, 'up'))
  symlinkSync(path.join(views, 'c.html'), path.join(views, 'alias.html'))
  const engine = createEngine({ roots: views, cache: true })

  const outside = [
    '../outside',
    '../outside.html',
    '/../outside.html',
    'a/../../outside',
    './../outside',
    '../views-old/x',
    'link',
    'up/outside',
    'a/../up/outside',
    path.join(root, 'outside.html'),
    '/etc/passwd',
    '../../../../../../etc/passwd',
    'c.html\0',
    '\0',
    '',
    '..',
    '.',
    '/',
    '//',
    '%2e%2e/outside',
    '..%2foutside',
    '..\\outside',
    'C:\\outside',
    'file:///etc/passwd',
    '~/x',
    'a',
    'up',
    '/up/views-old/x.html',
  ]
  it.each(outside)('never lead outside of the roots: %j', (name) => {
    const refusal = expect.objectContaining({
      code: expect.stringMatching(/^TEMPLATE_(?:OUTSIDE_ROOTS|NOT_FOUND|BAD_NAME)$/),
    })
    expect(() => engine.render(name)).toThrow(refusal)
    expect(() => engine.render('page', { name })).toThrow(refusal)
    engine.express(name, {}, (error, html) => {
      expect(error).toEqual(refusal)
      expect(html).toBeUndefined()
    })
  })

  it('may go up and over inside of the roots, and follow links that stay there', () => {
    expect(engine.render('a/b')).toBe('bc')
    expect(engine.render('/a/../c')).toBe('c')
    expect(engine.render('alias')).toBe('c')
    expect(engine.render('page', { name: '/a/b' })).toBe('bc')
  })

  it('that are no strings are not asked for one', () => {
    const name = { toString: () => '../outside' } as unknown as string
    expect(() => engine.render(name)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_BAD_NAME' }),
    )
  })

  it('mean the first root that has them', () => {
    const roots = [
      folder({ 'a.html': '1' }),
      folder({ 'a.html': '2', 'b.html': "2<%- include('a') %>" }),
    ]
    expect(createEngine({ roots }).render('a')).toBe('1')
    expect(createEngine({ roots }).render('b')).toBe('22')
  })

  it('are read anew without a cache, and once with one', () => {
    const changing = folder({ 'a.html': "old<%- include('b') %>", 'b.html': 'old' })
    const fresh = createEngine({ roots: changing, cache: false })
    const kept = createEngine({ roots: changing, cache: true })
    expect([fresh.render('a'), kept.render('a')]).toEqual(['oldold', 'oldold'])
    writeFileSync(path.join(changing, 'b.html'), 'new')
    expect([fresh.render('a'), kept.render('a')]).toEqual(['oldnew', 'oldold'])
    kept.clearCache()
    expect(kept.render('a')).toBe('oldnew')
  })
})

describe('options', () => {
  it.each([
    ['roots', { roots: [] }],
    ['roots', { roots: 1 }],
    ['roots', { roots: [''] }],
    ['extension', { extension: 'html' }],
    ['escapeBy', { escapeBy: 'nothing' }],
  ])('that cannot be are refused at once: %s', (option, options) => {
    expect(() => createEngine(options as object)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_BAD_OPTION', option }),
    )
  })
})
