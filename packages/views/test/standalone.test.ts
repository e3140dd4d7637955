import vm from 'node:vm'

import ejs, {
  type ClientFunction,
  type Options,
  type RethrowCallback,
  type TemplateFunction,
} from '@tokkyu/views/ejs'
import { TemplateNotFoundError, TemplateOptionError, TemplateSyntaxError } from '@tokkyu/views'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'

import { type EncoderName, encoderOf } from '../src/contexts/encoders.ts'
import { declarationsOf, encoderSource } from '../src/standalone/encoder-source.ts'
import { engineOver } from './folder.ts'

/** Calls the text of a function where there is nothing but JavaScript. */
function callElsewhere(text: string, ...args: unknown[]): unknown {
  const globals = Object.create(null) as object
  const call = vm.runInContext(`(${text})`, vm.createContext(globals)) as (
    ...args: unknown[]
  ) => unknown
  try {
    return call(...args)
  } finally {
    // In a context even strict code makes a global of a name that was not declared.
    expect(Object.keys(globals)).toEqual([])
  }
}

/** What is thrown there is an error of another realm. */
function thrownElsewhere(text: string, ...args: unknown[]): Error & Record<string, unknown> {
  try {
    callElsewhere(text, ...args)
  } catch (error) {
    return error as Error & Record<string, unknown>
  }
  throw new Error('nothing was thrown')
}

function ownX(this: { x: string }): string {
  return this.x
}

const TEMPLATES: Record<string, string> = {
  text: '<p><%= x %></p>',
  paths: '<p title="<%= o.a %>"><%= o.b.c %></p>',
  loop: '<ul><% for (const each of list) { %><li><%= each %></li>\n<% } %></ul>',
  branch: "<% if (typeof no !== 'undefined' || x) { -%>\n<b><%= x %></b><% } else { %>none<% } %>",
  callback: '<% list.forEach((each, i) => { %><%= i %>:<%= each %>,<% }) %>',
  function: '<% function item(v) { %><i><%= v %></i><% } %><% item(x); item(1) %>',
  early: 'a<% if (x) return %>b',
  assigned: '<% x = x || "none" %><%= x %><% var list = list || [] %><%= list.length %>',
  globals: '<%= Math.max(1, 2) %><%= JSON.stringify(list) %><%= typeof nowhere %>',
  locals: '<%= locals.x %><%= Object.keys(locals).length %>',
  names:
    '<%= locals.programs %><%= typeof programs %><%= typeof encodeRaw %><%= typeof templates %>',
  marks: '<%= typeof t$ %><%= typeof t$d %><%= x %>',
  closing: '<script>var a = "</scr"; </script><!-- <%= x %> --><%= "</script>" %>',
  places:
    '<a href="<%= x %>" href2=<%= x %> style="color: <%= x %>; background: url(<%= x %>)" onclick="f(<%= x %>)">' +
    '<img src="a<%= x %>" srcset="<%= x %> 1x"><iframe srcdoc="<%= x %>"></iframe>' +
    '<script>f(<%= o %>, "<%= x %>", \'<%= x %>\')</script><style>p{color:<%= x %>;content:"<%= x %>"}</style>',
}

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '</script><script>owned()</script>',
    'javascript:owned()',
    ' java\nscript:x',
    'data:image/svg+xml,<svg onload=owned()>',
    '"\' onload=owned() `',
    '--><b>',
    '\u2028\u2029\0\ud800',
    'url(x)',
    'rgb(1,2,3)',
    'onclick',
    'data-a',
    'on-a',
    'src',
    'href',
    'data-hx-on',
    'x-ng-init',
    'a;java\nscript:x',
    '${x}{{y}}',
    'type',
    'checked',
    '12',
  ),
  fc.constantFrom(null, undefined, true, 0, -1.5, NaN, [], {}, [1, '<']),
  fc.jsonValue(),
)

describe('a template that stands alone', () => {
  for (const [name, text] of Object.entries(TEMPLATES)) {
    it(`prints what the engine prints: ${name}`, () => {
      const engine = engineOver({ 'page.html': text })
      const alone = engine.standalone('page')
      fc.assert(
        fc.property(anything, fc.array(anything, { maxLength: 3 }), (x, list) => {
          const data = { x, list, o: { a: x, b: { c: list } } }
          expect(outcome(() => callElsewhere(alone, data))).toEqual(
            outcome(() => engine.render('page', data)),
          )
        }),
        { numRuns: 40 },
      )
    })
  }

  it('brings what it includes, for the place where it is included, and calls it with both data', () => {
    const engine = engineOver({
      'page.html': `<%- include('row', { n: 1 }) %><script>f(<%- include('value') %>)</script><%- include('row') %>`,
      'row.html': '<td title="<%= x %>"><%= typeof n === "undefined" ? "-" : n %></td>',
      'value.html': '<%= x %>',
    })
    const data = { x: '</script>"' }
    const html = callElsewhere(engine.standalone('page'), data)
    expect(html).toBe(engine.render('page', data))
    expect(html).toContain('<script>f("\\u003c/script\\u003e\\"")</script>')
  })

  it('may include itself', () => {
    const engine = engineOver({
      'tree.html':
        '<li><%= node.name %><% for (const child of node.children) { %><%- include("tree", { node: child }) %><% } %></li>',
    })
    const node = { name: 'a', children: [{ name: '<b>', children: [] }] }
    expect(callElsewhere(engine.standalone('tree'), { node })).toBe('<li>a<li>&lt;b&gt;</li></li>')
  })

  it('may await itself', async () => {
    const engine = engineOver({
      'count.html': '<%= await n %><% if (n > 0) { %><%- include("count", { n: n - 1 }) %><% } %>',
    })
    expect(await callElsewhere(engine.standalone('count'), { n: 3 })).toBe('3210')
  })

  it('gives a promise when something is awaited, however far down', async () => {
    const engine = engineOver({
      'page.html': `<p><%- include('middle') %></p>`,
      'middle.html': `<%- include('slow') %>`,
      'slow.html': '<%= await x %>',
    })
    const html = callElsewhere(engine.standalone('page'), { x: Promise.resolve('<') })
    expect(await html).toBe('<p>&lt;</p>')
  })

  it('can be called again and by several at once, as nothing is kept', async () => {
    const engine = engineOver({ 'page.html': '<%= await x %><%= y %>' })
    const render = vm.runInNewContext(`(${engine.standalone('page')})`) as (
      data: object,
    ) => Promise<string>
    const pages = [1, 2, 3].map((y) => render({ x: Promise.resolve(y * 10), y }))
    expect(await Promise.all(pages)).toEqual(['101', '202', '303'])
  })

  it('uses the same encoders, whatever the value', { timeout: 60_000 }, () => {
    const languages =
      'plain,text,url,image url,url part,url list,url list part,words,json,js,js url,js string,js string url,js string url part,js template,css,css string,css url,css url part,css url rest,comment'.split(
        ',',
      )
    const outer = ['', 'quoted ', 'unquoted ', 'in unquoted ', 'braced ', 'unquoted quoted ']
    const names = [
      ...languages.flatMap((each) => outer.map((how) => how + each)),
      'digits',
      'attribute name',
      'attribute',
      'name data-',
      'name aria-x-',
    ] as EncoderName[]
    for (const name of names) {
      const { expression, pieces } = encoderSource(name)
      const text = `(()=>{${declarationsOf(pieces)}return ${expression}})()`
      const encode = vm.runInNewContext(text) as (value: unknown) => string
      fc.assert(
        fc.property(anything, (value) => {
          expect(outcome(() => encode(value))).toEqual(outcome(() => encoderOf(name)(value)))
        }),
        { numRuns: 150 },
      )
      for (const value of [
        Symbol('s'),
        Promise.resolve(),
        1n,
        Object.create(null),
        '{"__proto__":',
      ]) {
        expect(outcome(() => encode(value))).toEqual(outcome(() => encoderOf(name)(value)))
      }
      const hidden = JSON.parse('{"__proto__":{"a":"\\"__proto__\\":"}}') as object
      expect(outcome(() => encode(hidden))).toEqual(outcome(() => encoderOf(name)(hidden)))
    }
  })

  it('brings only the encoders that it uses', () => {
    const engine = engineOver({ 'page.html': '<p><%= x %></p>' })
    expect(engine.standalone('page')).not.toMatch(/encodeJson|isDangerousUrl|encodeCss/)
  })

  it('can stand in a script element: its own texts do not end it', () => {
    const page = '<script>f(<%= x %>)</script><!-- <script> -->'
    const engine = engineOver({ 'page.html': page })
    const text = engine.standalone('page')
    expect(text).not.toMatch(/<\/?script|<!--/i)
    expect(callElsewhere(text, { x: 1 })).toBe('<script>f(1)</script><!-- <script> -->')
  })

  it('sees data under every name, and only as data', () => {
    const names =
      'data programs functions escapeFn include rethrow templates encodeRaw copy own anonymous template settings constructor __proto__ toString'.split(
        ' ',
      )
    const engine = engineOver({
      'page.html': names
        .filter((name) => name !== 'include')
        .map((name) => `<%= ${name} %>`)
        .join(),
    })
    const data = Object.fromEntries(names.map((name) => [name, `<${name}>`]))
    expect(callElsewhere(engine.standalone('page'), data)).toBe(engine.render('page', data))
    const polluting = JSON.parse('{"__proto__":"<own>"}') as object
    const alone = engineOver({ 'page.html': '<%= __proto__ %>' }).standalone('page')
    expect(callElsewhere(alone, polluting)).toBe('&lt;own&gt;')
  })

  it('is not changed by a polluted Object.prototype (CVE-2024-33883)', () => {
    const engine = engineOver({ 'page.html': '<%= typeof x %><%= x2 ?? "" %>' })
    const alone = engine.standalone('page')
    const context = vm.createContext({})
    vm.runInContext(
      'for (const name of ["x", "x2", "cause", "raw", "encoders", "name"]) Object.prototype[name] = "polluted"',
      context,
    )
    const call = vm.runInContext(`(${alone})`, context) as (data: object) => string
    const data = vm.runInContext('({})', context) as object
    expect(() => call(data)).toThrow('x2 is not defined')
    expect(call(vm.runInContext('({ x2: 1 })', context) as object)).toBe('undefined1')
  })

  it('names the place of an error, and of each include on the way', () => {
    const engine = engineOver({
      'page.html': `\n  <%- include('part') %>`,
      'part.html': '<p>\n<%= nope %>',
    })
    const error = thrownElsewhere(engine.standalone('page'), {})
    expect(error.name).toBe('ReferenceError')
    expect(error.message).toMatch(/part\.html:2:5\n\nnope is not defined$/)
    expect(error).toMatchObject({ line: 2, column: 5 })
    expect(error['includeStack']).toEqual([expect.stringMatching(/page\.html:2:7$/)])
  })

  it('throws a value that is no error as it is', () => {
    const engine = engineOver({ 'page.html': '<% throw x %>' })
    expect(() => callElsewhere(engine.standalone('page'), { x: 'boo' })).toThrow('boo')
  })

  it.each([
    ['layout("base")', "<% layout('base') %>", /:1:4 stand alone: layout\(\) .* not possible/],
    ['block()', "<% block('a') %>", /:1:4 stand alone: block\(\)/],
    ['a computed include', '<%- include(x) %>', /:1:5 stand alone: the name of an include/],
    ['raw output', '<p><%- x %></p>', /:1:4 stand alone: the compiler watches/],
  ])('refuses what only the engine can do: %s', (_what, text, message) => {
    const engine = engineOver({ 'page.html': text, 'base.html': "<%- block('body') %>" })
    expect(() => engine.standalone('page')).toThrow(message)
    expect(() => engine.standalone('page')).toThrow(TemplateOptionError)
  })

  it('may print raw where nothing is watched', () => {
    const engine = engineOver({ 'page.html': '<%- x %><%= x %>' }, { escapeBy: 'html' })
    expect(callElsewhere(engine.standalone('page'), { x: '<b>' })).toBe('<b>&lt;b&gt;')
  })

  it('leaves helpers behind, and takes them from the data', () => {
    const engine = engineOver({ 'page.html': '<%= up(x) %>' }, { helpers: { up: () => 'engine' } })
    const alone = engine.standalone('page')
    expect(thrownElsewhere(alone, { x: 1 }).message).toContain('up is not defined')
    expect(callElsewhere(alone, { x: 1, up: (x: number) => x + 1 })).toBe('2')
  })

  it('calls functions of the data with the data as `this`, and names them when they are none', () => {
    const text = engineOver({ 'page.html': '<%= f() %><%= f && g() %>' }).standalone('page')
    expect(callElsewhere(text, { x: 'X', f: ownX, g: ownX })).toBe('XX')
    expect(thrownElsewhere(text, { f: ownX, g: 1 }).message).toMatch(/\n\ng is not a function$/)
    expect(thrownElsewhere(text, { f: 1 }).message).toMatch(/\n\nf is not a function$/)
  })

  it('is refused when the template cannot be compiled or found', () => {
    const engine = engineOver(
      { 'page.html': '<% with (x) {} %>', 'lost.html': "<%- include('nowhere') %>" },
      { strict: true },
    )
    expect(() => engine.standalone('page')).toThrow(TemplateSyntaxError)
    expect(() => engine.standalone('lost')).toThrow(TemplateNotFoundError)
    expect(() => engine.standalone('../page')).toThrow('Refused the template')
  })
})

function client(text: string, options: Options = {}): ClientFunction {
  // Those that are async are only asked for their text.
  return ejs.compile(text, { ...options, client: true }) as ClientFunction
}

const ESCAPES = {
  arrow: (value?: unknown) => (value ? (value as string).toUpperCase() : ''),
  upperCase(this: void, text: unknown): string {
    return String(text).toUpperCase()
  },
}

describe('a client function of the EJS door', () => {
  it('is typed with the four arguments of EJS', () => {
    expectTypeOf(ejs.compile('', { client: true })).toEqualTypeOf<ClientFunction>()
    expectTypeOf(ejs.compile('')).toEqualTypeOf<TemplateFunction>()
    // @ts-expect-error only a client function takes more than the data
    void ejs.compile('')({}, ejs.escapeXML)
  })

  it.each(Object.entries(TEMPLATES))('prints what the ordinary one prints: %s', (_name, text) => {
    const ordinary = ejs.compile(text)
    const alone = client(text).toString()
    fc.assert(
      fc.property(anything, fc.array(anything, { maxLength: 3 }), (x, list) => {
        const data = { x, list, o: { a: x, b: { c: list } } }
        const expected = outcome(() => ordinary(data))
        expect(outcome(() => callElsewhere(alone, data))).toEqual(expected)
        expect(outcome(() => client(text)(data))).toEqual(expected)
      }),
      { numRuns: 15 },
    )
  })

  it('refuses to print a promise raw, as the ordinary one does', () => {
    const text = client('<%- x %>').toString()
    const error = thrownElsewhere(text, { x: Promise.resolve() })
    expect(error['code']).toBe('TEMPLATE_UNPRINTABLE')
    expect(error.message).toContain('Cannot print a promise')
  })

  it('needs no data', () => {
    expect(callElsewhere(client('<p><%= "foo" %></p>').toString())).toBe('<p>foo</p>')
  })

  it('takes another escape function when it is called', () => {
    const text = client('<%= x %><%- x %><%= escapeFn("b") %>').toString()
    expect(callElsewhere(text, { x: 'a' }, (value: string) => `[${value}]`)).toBe('[a]a[[b]]')
  })

  it('brings the escape function that it was compiled with', () => {
    const escape = ESCAPES.arrow
    expect(callElsewhere(client('HELLO <%= name %>', { escape }).toString(), { name: 'w' })).toBe(
      'HELLO W',
    )
  })

  it.each([
    ['built in', String],
    ['bound', ejs.escapeXML.bind(null)],
    ['a method', ESCAPES.upperCase],
  ])('refuses an escape function whose text is none: %s', (_what, escape) => {
    expect(() => client('', { escape })).toThrow(TemplateOptionError)
  })

  it('includes by its third argument, which gets the path and the data of the call', () => {
    const text = client("Hello <%- include('file', { person: 'John' }) %>").toString()
    const seen: unknown[] = []
    const include = (path: string, data?: object) => (seen.push(path, data), '<b>')
    expect(callElsewhere(text, {}, null, include)).toBe('Hello <b>')
    expect(seen).toEqual(['file', { person: 'John' }])
    expect(thrownElsewhere(text, {}).message).toContain('Cannot include "file"')
  })

  it('awaits with `async: true`, includes too', async () => {
    const text = client("<%= await x %><%- await include('a') %>", { async: true }).toString()
    const html = callElsewhere(text, { x: Promise.resolve('<') }, null, async () => 'in')
    expect(await html).toBe('&lt;in')
  })

  it('says where an error was thrown, as the ordinary one does', () => {
    const options = { filename: '<script>.ejs' }
    const template = 'a\n<% throw new Error("whoops </script>") %>'
    const text = client(template, options).toString()
    let expected: unknown
    try {
      void ejs.compile(template, options)({})
    } catch (error) {
      expected = error
    }
    expect(thrownElsewhere(text).message).toBe((expected as Error).message)
    expect(thrownElsewhere(text).message).toContain('&lt;script&gt;.ejs:2\n')
  })

  it('hands errors to its fourth argument', () => {
    const text = client('a\n<% throw new Error("whoops") %>', { filename: 'f.ejs' }).toString()
    const rethrow = vi.fn<RethrowCallback>(() => {
      throw new Error('another')
    })
    expect(() => callElsewhere(text, {}, String, null, rethrow)).toThrow('another')
    expect(rethrow.mock.lastCall).toEqual([
      expect.objectContaining({ message: 'whoops' }),
      'a\n<% throw new Error("whoops") %>',
      'f.ejs',
      2,
      String,
    ])
  })

  it('holds neither its template nor a way to tell places without `compileDebug`', () => {
    const text = client('<%# secret %><% throw new Error("x") %>', {
      compileDebug: false,
    }).toString()
    expect(text).not.toContain('secret')
    expect(thrownElsewhere(text).message).toBe('x')
  })

  it.each([{ strict: true }, { _with: false }])(
    'shows a template none of its names: %o',
    (options) => {
      const names = 'program functions include2 rethrow escape raw fail copy own render t$'.split(
        ' ',
      )
      const text = client(names.map((name) => `<%= typeof ${name} %>`).join(''), options).toString()
      // `escape` is a global of JavaScript
      expect(callElsewhere(text, { programs: 1 })).toBe(
        names.map((name) => (name === 'escape' ? 'function' : 'undefined')).join(''),
      )
      expect(callElsewhere(client('<%= locals.x %>', options).toString(), { x: 1 })).toBe('1')
    },
  )

  it('runs as the method of its caller', () => {
    expect(client('<%= this.x %>').call({ x: '<' })).toBe('&lt;')
  })
})

/** The text, or what an error says below its place. */
function outcome(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string }
    return { name, code, reason: message.split('\n\n').at(-1) }
  }
}
