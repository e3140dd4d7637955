import { once } from 'node:events'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { text } from 'node:stream/consumers'

import fc from 'fast-check'
import { parse, serialize } from 'parse5'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { StreamOptions } from '@tokkyu/views'
import { writeModules } from '@tokkyu/views/modules'

import { engineOver, folder } from './folder.ts'
import { later } from './later.ts'

const stream = (template: string, data: object = {}, options: StreamOptions = {}) =>
  engineOver({ 'page.html': template }).stream('page', data, options)

/** The names and contents of the templates in an answer, in the order in which they came. */
function arrivals(html: string): string[] {
  return [...html.matchAll(/<template for="(p\d+)">(.*?)<\/template>\n/gs)].map(
    ([, name, content]) => `${name} ${content}`,
  )
}

/** The page without the script. */
function withoutScript(html: string): string {
  return html.replace(/<script>.*?<\/script>\n/s, '')
}

const two =
  '<body><% pagelet("a", a, (x) => { %><b><%= x %></b><% }, { fallback: () => { %>A…<% } }) %>' +
  '<% pagelet("b", b, (x) => { %><i><%= x %></i><% }, { fallback: () => { %>B…<% } }) %></body>'

describe('a pagelet', () => {
  it('stands in its place when the page is rendered at once', async () => {
    const engine = engineOver({ 'page.html': two })
    const html = await engine.render('page', { a: Promise.resolve('<1>'), b: 2 })
    expect(html).toBe('<body><b>&lt;1&gt;</b><i>2</i></body>')
  })

  it('follows the page, whose frame and fallbacks leave at once, in the order of readiness', async () => {
    const [a, b] = [later(), later()]
    const page = stream(two, { a: a.promise, b: b.promise })
    const chunks = page[Symbol.asyncIterator]()
    expect(withoutScript(String((await chunks.next()).value))).toBe(
      '<body><?start name="p1">A…<?end><?start name="p2">B…<?end>',
    )
    b.resolve('two')
    expect(String((await chunks.next()).value)).toBe('<template for="p2"><i>two</i></template>\n')
    a.resolve('one')
    let rest = ''
    for await (const chunk of page) rest += String(chunk)
    expect(rest).toBe('<template for="p1"><b>one</b></template>\n</body>')
  })

  it('goes before others that are ready too when its priority is higher', async () => {
    const html = await text(
      stream(
        '<% for (const n of [0, 1, 2, 1]) pagelet("x", n, (n) => { %><%= n %><% }, { priority: n }) %>',
      ),
    )
    expect(arrivals(html)).toEqual(['p3 2', 'p2 1', 'p4 1', 'p1 0'])
  })

  it('may stand in another one, which it never goes before', async () => {
    const [outer, inner] = [later(), later()]
    const template =
      '<% pagelet("outer", outer, (x) => { %>[<%= x %><% pagelet("inner", inner, (y) => { %>(<%= y %>)<% }, { fallback: () => { %>…<% } }) %>]<% }) %>'
    const data = { outer: outer.promise, inner: inner.promise }
    const all = text(stream(template, data))
    inner.resolve('2')
    await delay(5)
    outer.resolve('1')
    expect(arrivals(await all)).toEqual(['p1 [1<?start name="p2">…<?end>]', 'p2 (2)'])
    expect(await engineOver({ 'page.html': template }).render('page', data)).toBe('[1(2)]')
  })

  it('may stand in an included template and in a page with a layout', async () => {
    const engine = engineOver({
      'page.html': '<% layout("frame") %><main><%- include("part") %></main>',
      'part.html': '<% pagelet("a", a, (x) => { %><%= x %><% }) %>',
      'frame.html': '<body><%- block("body") %></body>',
    })
    expect(withoutScript(await text(engine.stream('page', { a: Promise.resolve(1) })))).toBe(
      '<body><main><?start name="p1"><?end></main><template for="p1">1</template>\n</body>',
    )
    expect(await engine.render('page', { a: 1 })).toBe('<body><main>1</main></body>')
  })

  it('may stand in a block, of the page or of its layout', async () => {
    const inBlock =
      'x<% pagelet("a", a, (x) => { %>[<%= x %>]<% }, { fallback: () => { %>…<% } }) %>y'
    const engine = engineOver({
      'page.html': `<% layout("frame") %><% block("main", () => { %>${inBlock}<% }) %>body`,
      'frame.html': `<body><%- block("main") %>-<% block("end", () => { %>${inBlock}<% }) %>-<%- block("body") %></body>`,
    })
    const a = later()
    const page = engine.stream('page', { a: a.promise })
    const first = new Promise((resolve) => void page.once('data', resolve))
    expect(withoutScript(String(await first))).toBe(
      '<body>x<?start name="p1">…<?end>y-x<?start name="p2">…<?end>y-body',
    )
    a.resolve('1')
    expect(arrivals(await text(page))).toEqual(['p1 [1]', 'p2 [1]'])
    expect(await engine.render('page', { a: 1 })).toBe('<body>x[1]y-x[1]y-body</body>')
    const inOrder = engine.stream('page', { a: 1 }, { pagelets: 'in order' })
    expect(await text(inOrder)).toBe('<body>x[1]y-x[1]y-body</body>')
  })

  it('may return early, wait, and print by functions of its own', async () => {
    const template = `<% pagelet("a", a, async (x) => { if (!x) { %>none<% return } const f = (y) => { %>-<%= y %><% }
      f(await x); [1, 2].forEach((y) => { %>+<%= y %><% }) }) %>`
    const both = async (a: unknown) => [
      await engineOver({ 'page.html': template }).render('page', { a }),
      arrivals(await text(stream(template, { a }))),
    ]
    expect(await both(0)).toEqual(['none', ['p1 none']])
    expect(await both(7)).toEqual(['-7+1+2', ['p1 -7+1+2']])
  })

  it('keeps apart what two of them print while they wait', async () => {
    const template =
      '<% for (const x of xs) pagelet("x", 0, async () => { %>[<%= x.name %><% await x.wait %><%= x.name %>]<% }) %>'
    const [a, b] = [later(), later()]
    const all = text(
      stream(template, {
        xs: [
          { name: 'a', wait: a.promise },
          { name: 'b', wait: b.promise },
        ],
      }),
    )
    await delay(5)
    b.resolve('')
    await delay(5)
    a.resolve('')
    expect(arrivals(await all)).toEqual(['p2 [bb]', 'p1 [aa]'])
  })

  it('is a name like any other where it is no statement', async () => {
    const engine = engineOver({ 'page.html': '<%= pagelet("a") %>' })
    expect(engine.render('page', { pagelet: (x: string) => x })).toBe('a')
    expect(() => engine.render('page')).toThrow(/pagelet is not defined: `pagelet` is a word/)
  })
})

describe('pagelets in order', () => {
  it('are printed in their place, without a script', async () => {
    const [a, b] = [later(), later()]
    const page = stream(two, { a: a.promise, b: b.promise }, { pagelets: 'in order' })
    const chunks = page[Symbol.asyncIterator]()
    expect(String((await chunks.next()).value)).toBe('<body>')
    b.resolve('two')
    a.resolve('one')
    let rest = ''
    for await (const chunk of page) rest += String(chunk)
    expect(rest).toBe('<b>one</b><i>two</i></body>')
  })

  it.each(['in order', 'at once'])('%s: a later one may fail first', async (how) => {
    const a = later()
    const engine = engineOver({ 'page.html': two })
    const data = { a: a.promise, b: Promise.reject(new Error('no')) }
    const html =
      how === 'at once'
        ? Promise.resolve(engine.render('page', data))
        : text(engine.stream('page', data, { pagelets: 'in order' }))
    await delay(5)
    a.resolve('one')
    expect(await html).toBe('<body><b>one</b></body>')
  })
})

describe('a pagelet that fails', () => {
  const template =
    '<body>\n<% pagelet("a", a, (x) => { %><b><%= x.y.z %></b><% }, { error: (e) => { %><em><%= e.name %></em><% }, timeout: 20 }) %><p>rest</p></body>'

  it.each([
    ['whose data is rejected', () => Promise.reject(new RangeError('no')), 'RangeError'],
    ['whose content throws', () => Promise.resolve({}), 'TypeError'],
    ['whose time is over', () => new Promise(() => {}), 'PageletTimeoutError'],
  ])('%s costs itself', async (_what, data, name) => {
    const failures: string[] = []
    const listen = (message: unknown): void =>
      void failures.push(`${Object(message).name} ${Object(message).error.name}`)
    subscribe('tokkyu.views.pagelet-failed', listen)
    onTestFinished(() => void unsubscribe('tokkyu.views.pagelet-failed', listen))
    const html = await text(stream(template, { a: data() }))
    expect(arrivals(html)).toEqual([`p1 <em>${name}</em>`])
    expect(await engineOver({ 'page.html': template }).render('page', { a: data() })).toBe(
      `<body>\n<em>${name}</em><p>rest</p></body>`,
    )
    expect(failures).toEqual([`a ${name}`, `a ${name}`])
  })

  it('is told of by a warning when nobody else listens', async () => {
    const warned = once(process, 'warning')
    await engineOver({ 'page.html': template }).render('page', {
      a: Promise.reject(new Error('no')),
    })
    const [warning] = (await warned) as [Error]
    expect(warning).toMatchObject({ code: 'TOKKYU_PAGELET_FAILED' })
    expect(warning.message).toMatch(/^The pagelet "a" failed: Error: no\n/)
  })

  it('has its place in the template', async () => {
    let failure: unknown
    const onPageletFailure = (given: unknown): void => void (failure = given)
    await text(stream(template, { a: {} }, { onPageletFailure }))
    expect(failure).toMatchObject({ name: 'a', error: { line: 2, column: 42 } })
  })

  it('leaves nothing when it has nothing for errors, or that fails too', async () => {
    const html = await text(
      stream(
        '<% pagelet("a", a, (x) => { %><%= x.y.z %><% }) %><% pagelet("b", a, (x) => { %><%= x.y.z %><% }, { error: (e) => { %><%= e.y.z %><% }, fallback: () => { %><%= no %><% } }) %>',
        { a: {} },
        { onPageletFailure: () => {} },
      ),
    )
    expect(arrivals(html)).toEqual(['p1 ', 'p2 '])
  })

  it('takes those along that stand in it', async () => {
    let printed = false
    const html = await text(
      stream(
        '<% pagelet("a", 1, (x) => { pagelet("b", b, () => { print() }); x.y.z }, { error: () => { %>sorry<% } }) %>',
        { b: delay(5), print: () => (printed = true) },
        { onPageletFailure: () => {} },
      ),
    )
    expect(arrivals(html)).toEqual(['p1 sorry'])
    expect(printed).toBe(false)
  })

  it('is one whose <template> tags would end its own', async () => {
    const html = await text(
      stream(
        '<% pagelet("a", a, (x) => { %><%- x %><% }, { error: (e) => { %><%= e.code %><% } }) %>',
        {
          a: '</template><script>1</script>',
        },
      ),
    )
    expect(arrivals(html)).toEqual(['p1 TEMPLATE_PAGELET_UNBALANCED'])
  })
})

interface Part {
  readonly name: string
  readonly wait: number
  readonly fails: boolean
  readonly priority: number
  readonly parts: readonly Part[]
}

function open(parts: string, inner: string): string {
  return `<% for (const x of ${parts}) pagelet(x.name, get(x), (given) => {
      const x = given; %><p title="<%= x.name %>"><%= x.name %>${inner}</p><%
    }, { fallback: () => { %><i><%= x.name %></i><% }, error: (e) => { %><b title='<%= e.message %>'><%= e.message %></b><% }, priority: x.priority }) %>`
}

async function get(x: Part): Promise<Part> {
  await delay(x.wait)
  if (x.fails) throw new Error(x.name)
  return x
}

describe('pagelets in any order', () => {
  const name = fc.constantFrom(
    'a',
    '<b>',
    '</template>',
    '<?end>',
    '"p1"',
    '-->',
    '<?start name="p2">',
  )
  const part = (parts: fc.Arbitrary<Part[]>): fc.Arbitrary<Part> =>
    fc.record({ name, wait: fc.nat(4), fails: fc.boolean(), priority: fc.nat(2), parts })
  const leaf = part(fc.constant([]))
  const page = fc.array(part(fc.array(leaf, { maxLength: 4 })), { maxLength: 6 })
  const template = `<!doctype html><body><main>${open('parts', open('x.parts', ''))}</main></body>`
  it('make the page that they make in order', { timeout: 60_000 }, async () => {
    const engine = engineOver({ 'page.html': template })
    const property = fc.asyncProperty(page, async (parts) => {
      const options = { onPageletFailure: () => {} }
      const html = await text(engine.stream('page', { parts, get }, options))
      const inOrder = { ...options, pagelets: 'in order' } as const
      const whole = await text(engine.stream('page', { parts, get }, inOrder))
      let placed = withoutScript(html.replace(/<template for=[^]*<\/template>\n/, ''))
      for (const arrival of arrivals(html)) {
        const [id, content = ''] = arrival.split(/ (.*)/s)
        const place = new RegExp(`<\\?start name="${id}">.*?<\\?end>`, 's')
        expect(placed).toMatch(place)
        placed = placed.replace(place, () => content)
      }
      expect(placed).toBe(whole)
    })
    await fc.assert(property, { seed: 17, numRuns: 60 })
  })
})

/** A folder of templates that is there for one test. */
function engineFolder(files: Record<string, string>): string {
  const root = folder(files)
  onTestFinished(() => rmSync(root, { recursive: true }))
  return root
}

describe('where a pagelet cannot stand', () => {
  const p = '<% pagelet("a", a, (x) => { %>x<% }) %>'
  it.each([
    ['in a table', `<table>${p}</table>`, /cannot stand in <table>/],
    ['in a row', `<table><tr class="<%= 1 %>">${p}</table>`, /cannot stand in <tr>/],
    ['in a select', `<select><option>a</option>${p}</select>`, /cannot stand in <select>/],
    ['in the head', `<head>${p}</head>`, /cannot stand in <head>/],
    ['in a template', `<template>${p}</template>`, /cannot stand in <template>/],
    ['in an attribute', `<p title="${p}">`, /cannot stand in the value of the attribute `title`/],
    ['in a script', `<script>${p}</script>`, /cannot stand in the code of <script>/],
    ['in a text area', `<textarea>${p}</textarea>`, /cannot stand in the text of <textarea>/],
    ['in SVG', `<svg>${p}</svg>`, /cannot stand in <svg>/],
    ['in <noscript>', `<noscript>${p}</noscript>`, /cannot stand in <noscript>/],
    ['in a function', `<% [1].map(() => { ${p.slice(3, -3)} }) %>`, /level of its template/],
    [
      'in a function in a block',
      `<% block("a", () => { [1].map(() => { ${p.slice(3, -3)} }) }) %>`,
      /level of its template/,
    ],
    [
      'in an output tag',
      '<%- pagelet("a", 1, (x) => {}) %>',
      /pagelet is not defined: `pagelet` is a/,
    ],
    ['without content', '<% pagelet("a", a) %>', /needs a name/],
    ['with content from elsewhere', '<% pagelet("a", a, f) %>', /in a function with braces/],
    [
      'with content that is no list',
      '<% pagelet("a", a, (x) => x) %>',
      /in a function with braces/,
    ],
    ['with other options', '<% pagelet("a", a, () => {}, { fall: 1 }) %>', /has the options/],
    ['with options from elsewhere', '<% pagelet("a", a, () => {}, o) %>', /written here/],
    [
      'with a fallback that waits',
      '<% pagelet("a", a, () => {}, { fallback: async () => {} }) %>',
      /not async/,
    ],
    [
      'with a block in it',
      '<% pagelet("a", a, () => { block("b", 1) }) %>',
      /cannot stand in a pagelet/,
    ],
    [
      'with a layout in it',
      '<% pagelet("a", a, () => { layout("b") }) %>',
      /cannot stand in a pagelet/,
    ],
    [
      'with a function of the page',
      '<% function f() { %>x<% } pagelet("a", a, () => { f() }) %>',
      /prints into the page/,
    ],
    ['with an open tag', '<% pagelet("a", a, () => { %><b <% }) %>', /must end where|one way ends/],
  ])('%s', (_where, template, message) => {
    const engine = engineOver({ 'page.html': template })
    expect(() => engine.render('page')).toThrow(message)
  })

  it('is in a row into which another template brings it, by whatever way', () => {
    const files = {
      'page.html': '<table>\n<tr><%- include("cells") %></tr></table>',
      'cells.html': 'a <%- include("late") %>',
      'late.html': `\n${p}`,
    }
    const engine = engineOver(files)
    const message =
      /page\.html:2:9\n[^]*This includes the pagelet at \S*late\.html:2:4, which cannot stand in <tr>/
    expect(() => engine.render('page')).toThrow(message)
    expect(() => engine.stream('page')).toThrow(message)
    const root = engineFolder(files)
    const { failures } = writeModules(path.join(root, 'out'), { roots: root })
    expect(failures.map(({ line, column }) => [line, column])).toEqual([[2, 9]])
  })

  it('is known of what was written as a module before', () => {
    const root = engineFolder({ 'page.html': '<p><%- include("late") %></p>', 'late.html': p })
    const write = (): number =>
      writeModules(path.join(root, 'out'), { roots: root }).failures.length
    expect(write()).toBe(0)
    writeFileSync(path.join(root, 'page.html'), '<tr><%- include("late") %></tr>')
    expect(write()).toBe(1)
  })

  it('is no row where the other template has an element around, or gives a text', async () => {
    const files = {
      'page.html':
        '<table><tr><%- include("cell") %><td><%- include("late") %></td></tr></table><%- include("late") %>' +
        '<select><% const text = await include("late") %></select><%- text %>',
      'cell.html': '<td><%- include("late") %></td>',
      'late.html': p,
    }
    expect(await engineOver(files).render('page', { a: 1 })).toBe(
      '<table><tr><td>x</td><td>x</td></tr></table>x<select></select>x',
    )
  })

  it('is not behind a table, or in one of its cells', async () => {
    const template = `<table><tr><td>${p}</td></tr></table>${p}<!-- <table> -->${p}<title><table></title>`
    expect(await engineOver({ 'page.html': template }).render('page', { a: 1 })).toMatch(/x.*x.*x/s)
  })
})

describe('who reads pagelets', () => {
  it('makes them print no more by leaving', async () => {
    const a = later()
    let printed = 0
    const page = stream('<% pagelet("a", a, () => { print() }) %>', {
      a: a.promise,
      print: () => printed++,
    })
    await once(page, 'readable')
    page.destroy()
    a.resolve('')
    await delay(5)
    expect(printed).toBe(0)
  })

  it('makes a hundred of them print no more by leaving in the middle', async () => {
    let printed = 0
    const template = '<% for (const x of xs) pagelet("x", x, () => { print() }) %>'
    const xs = Array.from({ length: 100 }, (_, i) => delay(i))
    const page = stream(template, { xs, print: () => printed++ })
    page.resume()
    await xs[20]
    page.destroy()
    const before = printed
    await Promise.all(xs)
    expect(before).toBeLessThan(100)
    expect(printed).toBe(before)
  })

  it('gets the script once, with the nonce, and the way back where it is asked for', async () => {
    const wayBack = { href: '?a="&pagelets=in-order', text: 'All <of> it' }
    const html = await text(stream(two, { a: 1, b: 2 }, { nonce: 'a"b', wayBack }))
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html).toContain('<script nonce="a&quot;b">')
    expect(html).toContain(
      '<?start name="p0"><noscript><p><a href="?a=&quot;&amp;pagelets=in-order">All &lt;of&gt; it</a></p></noscript><?end>',
    )
    const script = /<script[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? ''
    expect(Buffer.byteLength(script)).toBeLessThanOrEqual(400)
  })

  it('gets neither when there is no pagelet, or they come in order', async () => {
    const wayBack = { href: '?', text: 'all' }
    expect(await text(stream('<body>a</body>', {}, { nonce: 'n', wayBack }))).toBe('<body>a</body>')
    const inOrder = await text(stream(two, { a: 1, b: 2 }, { pagelets: 'in order', wayBack }))
    expect(inOrder).not.toMatch(/script/)
  })

  it('gets templates that a parser finds in the body, one for each of a hundred', async () => {
    const data = { xs: Array.from({ length: 100 }, (_, i) => delay(i % 7, `<${i}>`)) }
    const html = await text(
      stream(
        '<!doctype html><html><head><title>t</title></head><body><% xs.length; for (const x of xs) pagelet("x", x, (y) => { %><p><%= y %></p><% }, { fallback: () => { %><p>…</p><% } }) %></body></html>',
        data,
      ),
    )
    const names = arrivals(html).map((each) => each.split(' ')[0])
    expect(new Set(names).size).toBe(100)
    expect(html.endsWith('</template>\n</body></html>')).toBe(true)
    const document = parse(html)
    const body = (
      document.childNodes[1] as { childNodes: { childNodes: { nodeName: string }[] }[] }
    ).childNodes[1]
    expect(body?.childNodes.filter(({ nodeName }) => nodeName === 'template')).toHaveLength(100)
    expect(serialize(document)).toContain('<template for="p100"><p>&lt;99&gt;</p></template>')
  })
})
