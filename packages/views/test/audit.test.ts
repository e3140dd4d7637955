import { rmSync } from 'node:fs'
import path from 'node:path'

import { createEngine, type EngineOptions } from '@tokkyu/views'
import {
  auditViews,
  type AuditOptions,
  type RawOutput,
  type ViewsAudited,
} from '@tokkyu/views/modules'
import { parse } from 'parse5'
import { describe, expect, it, onTestFinished } from 'vitest'

import { folder } from './folder.ts'

function audit(files: Record<string, string>, options: AuditOptions = {}): ViewsAudited {
  const root = folder(files)
  onTestFinished(() => rmSync(root, { recursive: true }))
  return auditViews({ ...options, roots: root })
}

/** The rows of one template. */
function rows(template: string, options: AuditOptions = {}): readonly RawOutput[] {
  return audit({ 'page.html': template }, options).outputs
}

/** The verdict on the last tag. */
function verdict(template: string, options: AuditOptions = {}): RawOutput['verdict'] | undefined {
  return rows(template, options).at(-1)?.verdict
}

const HTML = { escapeBy: 'html' } as const

describe('an audit of raw output', () => {
  it('tells the place, the context, what is printed and the way there', () => {
    const { outputs } = audit({
      'home.html': '<main>\n  <%- include("bio", { html: user.bio }) %>\n</main>',
      'bio.html': '<p>\n<%- html %></p>',
    })
    const [bio, include] = outputs
    expect(bio).toMatchObject({
      path: expect.stringMatching(/bio\.html$/),
      line: 2,
      column: 1,
      tag: '<%- html %>',
      contexts: ['text'],
      sources: [{ kind: 'data', text: 'html', names: ['html'] }],
      verdict: 'unsafe',
      why: 'markup in `html` becomes a part of the page',
      callers: [{ line: 2, column: 7, how: 'include', gives: ['html: user.bio'] }],
      pages: [expect.stringMatching(/home\.html$/)],
    })
    expect(bio?.frame).toContain('> 2 | <%- html %></p>')
    expect(include).toMatchObject({ verdict: 'safe', sources: [{ kind: 'include' }] })
  })

  it('lists all contexts of a part that is printed in several', () => {
    const { outputs } = audit({
      'page.html': '<p title="<%- include("part") %>"><%- include("part") %></p>',
      'part.html': '<%- name %>',
    })
    const part = outputs.find(({ tag }) => tag === '<%- name %>')
    expect(part?.contexts.toSorted()).toEqual([
      'text',
      'the value of the attribute `title` (double quoted)',
    ])
  })

  it('names layouts as ways to a template, and pages that come by several', () => {
    const { outputs } = audit({
      'a.html': '<% layout("frame") %>a',
      'b.html': '<% layout("frame") %>b',
      'frame.html': '<%- include("head") %><%- block("body") %>',
      'head.html': '<%- head %>',
    })
    const head = outputs.find(({ tag }) => tag === '<%- head %>')
    expect(head?.pages.map((each) => path.basename(each))).toEqual(['a.html', 'b.html'])
    const block = outputs.find(({ tag }) => tag.includes('block'))
    expect(block?.callers.map(({ how }) => how)).toEqual(['layout', 'layout'])
    expect(block).toMatchObject({ verdict: 'safe', contexts: ['text'] })
  })

  it('tells of includes whose names are computed, and of what does not compile', () => {
    const { computed, failures } = audit({
      'a.html': 'x <%- include(name) %>',
      'b.html': '<% if (',
    })
    expect(computed).toMatchObject([{ line: 1, column: 7 }])
    const broken = {
      'a.html': '<%- include("z") %>',
      'b.html': '<%- include("z") %>',
      'z.html': '<% if (',
    }
    expect(audit(broken).failures).toHaveLength(1)
    expect(audit(broken, HTML).failures).toHaveLength(1)
    expect(failures).toMatchObject([{ code: 'TEMPLATE_UNCLOSED_TAG' }])
  })

  it('accepts data for which a comment gives a reason', () => {
    expect(rows('<%# @raw the editor cleans it %>\n<%- post %>')).toMatchObject([
      { verdict: 'accepted', why: 'the editor cleans it' },
    ])
    expect(rows('<%# @raw %><%- post %>')).toMatchObject([
      { verdict: 'unsafe', why: expect.stringContaining('`@raw` gives no reason') },
    ])
    expect(verdict('<%# @raw cleaned %> of <%- post %>')).toBe('unsafe')
    expect(verdict('<%# @raw cleaned %><%- a %><%- post %>')).toBe('unsafe')
    expect(verdict('<%# raw cleaned %><%- post %>')).toBe('unsafe')
  })

  it('trusts functions that it is told to trust, and no others', () => {
    expect(verdict('<%- markdown(post) %>', { trusted: ['markdown'] })).toBe('safe')
    expect(verdict('<%- md.render(post) %>', { trusted: ['md.render'] })).toBe('safe')
    expect(verdict('<%- markdown(post) %>')).toBe('unsafe')
    expect(
      verdict('<% const markdown = (x) => x %><%- markdown(p) %>', { trusted: ['markdown'] }),
    ).toBe('unsafe')
  })
})

const files = { 'nav.html': '<nav></nav>', 'frame.html': '<%- block("body") %>' }

describe('what an audit calls safe', () => {
  it.each([
    ['an include', '<%- include("nav") %>'],
    ['an awaited include', '<%- await include("nav") %>'],
    ['a variable that holds one', '<% const nav = include("nav") %><%- nav %>'],
    ['a `var` of that kind', '<% var nav = include("nav") %><%- nav %>'],
    ['one of two includes', '<%- on ? include("nav") : "" %>'],
    ['a list of includes', '<%- rows.map((row) => include("nav", { row })).join("") %>'],
    [
      'a list that is filled with them',
      '<% const l = []; l.push(include("nav")) %><%- l.join("") %>',
    ],
    ['a function that gives one', '<% const nav = () => include("nav") %><%- nav() %>'],
    ['a block', '<%- block("x", name) %>'],
    ['what the author wrote', '<%- "<br>" %>'],
    ['an object of such texts', '<% const icons = { a: "<i>a</i>" } %><%- icons[name] %>'],
    ['each of a list of them', '<% for (const x of ["<b>", "<i>"]) { %><%- x %><% } %>'],
    ['a number', '<%- items.length * 2 %> <%- Number(x).toFixed(2) %>'],
    ['JSON in a script', '<script>let x = <%- JSON.stringify(x) %></script>'],
    ['a part of a URL', '<a href="/?q=<%- encodeURIComponent(q) %>"></a>'],
  ])('is %s', (_what, template) => {
    const { outputs, failures } = audit({ ...files, 'page.html': template })
    expect(failures).toEqual([])
    expect(outputs.filter(({ path: name }) => name.endsWith('page.html'))).not.toEqual([])
    expect(outputs.filter((each) => each.verdict !== 'safe')).toEqual([])
  })

  it('leaves the page as it is, whatever the data is', async () => {
    const templates = [
      '<% const icons = { a: "<i>a</i>" } %><%- icons[hostile] %>',
      '<%- on ? include("nav") : "" %><%- hostile ? "<br>" : "" %>',
      '<a href="/?q=<%- encodeURIComponent(hostile) %>">q</a>',
      '<script>let x = <%- JSON.stringify(hostile).replace(/</g, "\\\\u003c") %></script>',
      '<%- +hostile %><%- hostile.length * 2 %>',
    ]
    for (const template of templates) {
      const expected = await hostileShape(template, 'x')
      for (const hostile of [
        '<img src=x onerror=a()>',
        '"><script>a()</script>',
        '</script><b>',
        "'><b>",
      ])
        expect(await hostileShape(template, hostile)).toBe(expected)
    }
  })
})

describe('what an audit calls unsafe', () => {
  it.each([
    ['data', '<%- user.bio %>'],
    ['all the data', '<%- locals.bio %>'],
    ['a variable that holds it', '<% const bio = user.bio %><%- bio %>'],
    ['one that may', '<% let x = "a"; if (y) x = y %><%- x %>'],
    ['one that holds it in another scope', '<% const x = "a"; { const x = y %><%- x %><% } %>'],
    ['a `var` that begins as data', '<% var title = title || "none" %><%- title %>'],
    ['a `var` that is set only sometimes', '<% if (y) { var x = "a" } %><%- x %>'],
    ['each of a list of it', '<% for (const post of posts) { %><%- post.html %><% } %>'],
    ['a parameter', '<% posts.forEach((post) => { %><%- post.html %><% }) %>'],
    ['a parameter with a harmless default', '<% const f = (x = "a") => { %><%- x %><% }; f(y) %>'],
    ['a default', '<% ["a"].forEach(([x = y]) => { %><%- x %><% }) %>'],
    ['a part of it', '<% const { bio } = user %><%- bio %>'],
    ['data in a text', '<%- `<b>${name}</b>` %>'],
    ['data beside an include', '<%- include("nav") + name %>'],
    ['data or an include', '<%- nav || include("nav") %>'],
    ['an object that is changed', '<% const o = { a: "" }; o.a = y %><%- o.a %>'],
    ['an object that a pattern changes', '<% const o = { a: "" }; [o.a] = y %><%- o.a %>'],
    ['an object that a loop changes', '<% const o = { a: "" }; for (o.a of y); %><%- o.a %>'],
    ['an object that others change', '<% const o = { a: "" }; Object.assign(o, y) %><%- o.a %>'],
    ['an object under another name', '<% const o = { a: "" }; const p = o; p.a = y %><%- o.a %>'],
    ['a list that data is put into', '<% const l = []; l.push(y) %><%- l.join("") %>'],
    ['an object with data in it', '<% const o = { ...y } %><%- o.a %>'],
    ['a part of an include', '<%- include("nav").slice(3) %>'],
    ['an include with entities undone', '<%- include("nav").replace(/&lt;/g, "<") %>'],
    ['JSON in text', '<%- JSON.stringify(x) %>'],
    ['JSON in an attribute', '<a onclick="f(<%- JSON.stringify(x) %>)"></a>'],
    ['what a function of the data gives', '<%- helper(x) %>'],
    ['the arguments of a function', '<% function f() { %><%- [...arguments].join() %><% } f(y) %>'],
    ['a part of a URL where code is run', '<script>f(<%- encodeURIComponent(q) %>)</script>'],
    ['an error that is caught', '<% try { f() } catch (e) { %><%- e.message %><% } %>'],
    ['a name within `with`', '<% const a = "b"; with (o) { %><%- a %><% } %>'],
  ])('is %s', (_what, template) => {
    const { outputs, failures } = audit({ ...files, 'page.html': template })
    expect(failures).toEqual([])
    const last = outputs.filter(({ path: name }) => name.endsWith('page.html')).at(-1)
    expect(last).toMatchObject({ verdict: 'unsafe' })
  })

  it('is told with the data that it comes from', () => {
    const [row] = rows(
      '<% for (const post of blog.posts) { const { html } = post %><%- html %><% } %>',
    )
    expect(row?.why).toBe('markup in `html` (of blog.posts) becomes a part of the page')
    expect(row?.sources[0]?.names).toEqual(['blog.posts'])
  })
})

describe('an audit of templates that escape as EJS does', () => {
  it.each([
    ['a script', '<script>let x = "<%= x %>"</script>'],
    ['an attribute that is run', '<a onclick="f(\'<%= x %>\')"></a>'],
    ['an attribute without quotes', '<a class=<%= x %>></a>'],
    ['the beginning of a URL', '<a href="<%= x %>"></a>'],
    ['a style', '<style>a { color: <%= x %> }</style>'],
    ['the name of an attribute', '<a <%= x %>></a>'],
    ['the page of a frame', '<iframe srcdoc="<%= x %>"></iframe>'],
    ['a place that cannot be told', '<% if (a) { %><a href="<% } %><%= x %>"></a>'],
  ])('lists data in %s', (_what, template) => {
    expect(verdict(template, HTML)).toBe('unsafe')
    expect(rows(template, HTML).map(({ tag }) => tag)).toContain('<%= x %>')
  })

  it.each([
    '<p><%= x %></p>',
    '<p title="<%= x %>"></p>',
    '<!-- <%= x %> -->',
    '<textarea><%= x %></textarea>',
    '<a href="/users/<%= x %>"></a>',
  ])('says nothing of %s', (template) => {
    expect(rows(template, HTML)).toEqual([])
  })

  it('calls what the author wrote safe there, too', () => {
    expect(verdict('<script>f(<%= 1 + 1 %>)</script>', HTML)).toBe('safe')
    expect(verdict('<a href="<%= on ? "/a" : "/b" %>"></a>', HTML)).toBe('safe')
  })

  it('calls JSON in a script unsafe, as nothing keeps it from ending it', () => {
    expect(verdict(script('JSON.stringify(x)'), HTML)).toBe('unsafe')
    expect(verdict(script('JSON.stringify(x).replace(/</g, "\\\\u003c")'), HTML)).toBe('safe')
    expect(verdict(script('JSON.stringify(x).replaceAll("<", "\\\\u003c")'), HTML)).toBe('safe')
    expect(verdict(script('JSON.stringify(x).replace("<", "\\\\u003c")'), HTML)).toBe('unsafe')
  })

  it('looks at the content of blocks in their places', () => {
    const { outputs } = audit(
      {
        'frame.html': '<script>let t = "<%= block("t", "") %>"</script>',
        'page.html': '<% layout("frame"); block("t", title) %>',
      },
      HTML,
    )
    expect(outputs.filter((each) => each.verdict === 'unsafe')).toMatchObject([
      { tag: 'block("t", title)', contexts: ['a double quoted string of <script>'] },
    ])
  })

  it('accepts such content by a comment before the tag that it stands in', () => {
    const frame = '<script>let t = "<%= block("t", "") %>"</script>'
    const page = '<% layout("frame") %><%# @raw a number %><% block("t", count) %>'
    const { outputs } = audit({ 'frame.html': frame, 'page.html': page }, HTML)
    const told = outputs.map(({ tag, verdict: v }) => [tag, v])
    expect(told).toContainEqual(['block("t", count)', 'accepted'])
  })

  it('misses no block where places can only be read from the text', () => {
    const template =
      '<% if (a) { %><a href="<% } %><%= block("u", url) %>"></a><% block("v", url) %>'
    expect(rows(template, HTML).map(({ tag, verdict: v }) => [tag, v])).toEqual([
      ['block("u", url)', 'unsafe'],
      ['block("v", url)', 'unsafe'],
    ])
  })

  it('reads pages as they are written for npm’s ejs: parts that open what others close', () => {
    const { outputs, failures } = audit(
      {
        'page.ejs':
          "<%- include('header', { title }) %>\n<h1><%= title %></h1>\n<%- body %>\n<%- include('footer') -%>",
        'header.ejs': '<html><head><title><%= title %></title></head><body class="<%= cls %>">',
        'footer.ejs': '<% if (typeof note !== "undefined") { %><%- note %><% } %></body></html>',
      },
      { ...HTML, extension: '.ejs' },
    )
    expect(failures).toEqual([])
    const told = outputs.map(({ path: name, tag, verdict: v }) => [path.basename(name), tag, v])
    expect(told).toEqual([
      ['footer.ejs', '<%- note %>', 'unsafe'],
      ['page.ejs', "<%- include('header', { title }) %>", 'safe'],
      ['page.ejs', '<%- body %>', 'unsafe'],
      ['page.ejs', "<%- include('footer') -%>", 'safe'],
    ])
  })
})

describe('the audit of an attack', () => {
  const PAYLOAD = '<img src=x onerror=a()>'

  it.each([
    '<p><%- x %></p>',
    '<% const { y } = { y: x } %><%- y %>',
    '<%- [x].concat("").join() %>',
    '<script>let x = "<%- x %>"</script>',
  ])('finds that %s can be attacked', async (template) => {
    const options: EngineOptions = HTML
    const root = folder({ 'page.html': template })
    onTestFinished(() => rmSync(root, { recursive: true }))
    const page = await createEngine({ ...options, roots: root }).render('page', {
      x: `</script>${PAYLOAD}`,
    })
    expect(shapeOf(page)).toContain('img')
    expect(auditViews({ ...options, roots: root }).outputs.map((each) => each.verdict)).toContain(
      'unsafe',
    )
  })
})

describe('the templates of the game', () => {
  it('print nothing raw but includes and blocks', () => {
    const roots = path.join(import.meta.dirname, '../../../apps/rock-paper-scissors/views')
    const { outputs, failures } = auditViews({ roots })
    expect(failures).toEqual([])
    expect(outputs.length).toBeGreaterThan(10)
    expect(outputs.filter((each) => each.verdict !== 'safe')).toEqual([])
  })
})

function script(code: string): string {
  return `<script>let x = <%- ${code} %></script>`
}

/** What a template renders as for hostile data, escaping as EJS does. */
async function hostileShape(template: string, hostile: unknown): Promise<string> {
  const root = folder({ ...files, 'page.html': template })
  onTestFinished(() => rmSync(root, { recursive: true }))
  expect(rows(template, HTML).map((each) => each.verdict)).not.toContain('unsafe')
  return shapeOf(await createEngine({ ...HTML, roots: root }).render('page', { hostile, on: 1 }))
}

/** The elements and attributes of a page, in order. */
function shapeOf(html: string): string {
  const names: string[] = []
  const visit = (node: {
    nodeName: string
    attrs?: { name: string }[]
    childNodes?: never[]
  }): void => {
    names.push(node.nodeName, ...(node.attrs ?? []).map(({ name }) => name))
    for (const child of node.childNodes ?? []) visit(child)
  }
  visit(parse(html) as never)
  return names.filter((name) => name !== '#text').join(' ')
}
