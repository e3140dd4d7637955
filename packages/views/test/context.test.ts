import * as fc from 'fast-check'
import { type DefaultTreeAdapterTypes as Tree, parse } from 'parse5'
import { describe, expect, it } from 'vitest'

import { engineOver, render } from './folder.ts'

type Element = Tree.Element

/** Every element of a page, as a real HTML parser sees it. */
function elements(html: string): Element[] {
  const found: Element[] = []
  const visit = (node: Tree.Node): void => {
    if ('tagName' in node) found.push(node)
    if ('content' in node) visit(node.content)
    if ('childNodes' in node) for (const child of node.childNodes) visit(child)
  }
  visit(parse(html))
  return found.filter(({ tagName }) => !['html', 'head', 'body'].includes(tagName))
}

function textOf(node: Tree.Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((each) => each.name === name)?.value
}

// A NUL and a CR do not survive any HTML parser, whatever the escaping (HTML, 13.2.3.5).
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '`',
        '&',
        '&amp;',
        '&#39;',
        '/',
        '\\',
        '=',
        ' ',
        '\n',
        '\t',
        '-',
        '--',
        '-->',
        '<!--',
        '--!>',
        '</script>',
        '</style>',
        '</textarea>',
        '</title>',
        '<script>',
        ']]>',
        '${',
        '}',
        '*/',
        '/*',
        '//',
        '\u2028',
        '\u2029',
        'javascript:',
        'on',
        'x',
        ';',
        '(',
        ')',
        '{',
        '\ufeff',
        '\u{1f600}',
        'é',
        '%',
        '#',
        '?',
        '\x01',
        '\x1f',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)

/** Renders a template with many hostile values and looks at each page. */
function always(template: string, check: (html: string, value: string) => void): void {
  const engine = engineOver({ 'page.html': template })
  fc.assert(
    fc.property(hostile, (value) => {
      check(engine.render('page', { x: value }) as string, value)
    }),
    { numRuns: 400 },
  )
}

describe('a hostile value comes back as that one value', () => {
  it('from text', () => {
    always('<p><%= x %></p>', (html, value) => {
      const [p, ...others] = elements(html)
      expect(others).toEqual([])
      expect(textOf(p as Element)).toBe(value)
    })
  })

  it.each(['"', "'", ''])('from an attribute within %s', (quote) => {
    always(`<p title=${quote}<%= x %>${quote} id=a>b</p>`, (html, value) => {
      const [p, ...others] = elements(html)
      expect(others).toEqual([])
      expect(p?.attrs).toEqual([
        { name: 'title', value },
        { name: 'id', value: 'a' },
      ])
    })
  })

  it('from the middle of an unquoted attribute', () => {
    always(`<p title=a<%= x %>b>c</p>`, (html, value) => {
      const [p, ...others] = elements(html)
      expect(others).toEqual([])
      expect(p?.attrs).toEqual([{ name: 'title', value: `a${value}b` }])
    })
  })

  it.each(['textarea', 'title'])('from <%s>', (tag) => {
    always(`<${tag}>.<%= x %></${tag}>`, (html, value) => {
      const [element, ...others] = elements(html)
      expect(others).toEqual([])
      expect(textOf(element as Element)).toBe(`.${value}`)
    })
  })

  it('from a value in a script', () => {
    always('<script>var x = <%= x %>;</script>', (html, value) => {
      const [script, ...others] = elements(html)
      expect(others).toEqual([])
      expect(run(textOf(script as Element))).toBe(value)
    })
  })

  it.each(['"', "'"])('from a string within %s in a script', (quote) => {
    always(`<script>var x = ${quote}a<%= x %>${quote};</script>`, (html, value) => {
      const [script, ...others] = elements(html)
      expect(others).toEqual([])
      expect(run(textOf(script as Element))).toBe(`a${value}`)
    })
  })

  it('from JSON in a script', () => {
    always(
      '<script type="application/json">{"a": <%= x %>, "b": "<%= x %>"}</script>',
      (html, value) => {
        const [script, ...others] = elements(html)
        expect(others).toEqual([])
        expect(JSON.parse(textOf(script as Element))).toEqual({ a: value, b: value })
      },
    )
  })

  it.each([
    ['a value', `<p onclick="x = <%= x %>">a</p>`],
    ['a value, unquoted', `<p onclick=x=<%= x %>>a</p>`],
    ['a string', `<p onclick="x = '<%= x %>'">a</p>`],
    ['a string of Vue or Alpine', `<p @click="x = '<%= x %>'">a</p>`],
    ['a string of htmx', `<p hx-on:click="x = '<%= x %>'">a</p>`],
    ['a string behind entities', `<p onclick="x = &quot;<%= x %>&quot;">a</p>`],
  ])('from %s in an event handler', (_name, template) => {
    always(template, (html, value) => {
      const [p, ...others] = elements(html)
      expect(others).toEqual([])
      expect(p?.attrs.length).toBe(1)
      expect(run(`var ${p?.attrs[0]?.value}`)).toBe(value)
    })
  })

  it('from the page inside of an <iframe srcdoc>', () => {
    always('<iframe srcdoc="<p><%= x %></p>"></iframe>', (html, value) => {
      const [p, ...others] = elements(attribute(elements(html)[0], 'srcdoc') ?? '')
      expect(others).toEqual([])
      expect(textOf(p as Element)).toBe(value)
    })
  })

  it('from a script in which a slash follows a condition', () => {
    const template = '<script>if (1) /"/.test(1); var x = <%= x %></script>'
    always(template, (html, value) => {
      expect(run(textOf(elements(html)[0] as Element))).toBe(value)
    })
  })

  it('from an object with a key that would set its prototype', () => {
    const x = JSON.parse('{"a": {"__proto__": ["\\"__proto__\\":"]}}') as unknown
    const [script] = elements(render('<script>var x = <%= x %></script>', { x }) as string)
    expect(JSON.stringify(run(textOf(script as Element)))).toBe(JSON.stringify(x))
    expect(render('<script type="application/json"><%= x %></script>', { x })).toContain(
      JSON.stringify(x),
    )
  })

  it('from any JSON value in a script', () => {
    const engine = engineOver({ 'page.html': '<script>var x = <%= x %>;</script>' })
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const [script] = elements(engine.render('page', { x: value }) as string)
        expect(JSON.stringify(run(textOf(script as Element)))).toBe(JSON.stringify(value))
      }),
    )
  })
})

/** The elements of a page and the names of their attributes. */
function shape(html: string): string {
  return elements(html)
    .map(({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(' ')}`)
    .join()
}

describe('a hostile value never becomes markup', () => {
  it.each([
    '<!-- <%= x %> --><p>a</p>',
    '<!--<%= x %>--><p>a</p>',
    '<!--a-<%= x %>-b--><p>a</p>',
    '<!doctype <%= x %>><p>a</p>',
    '<script type="text/template"><%= x %></script><p>a</p>',
    '<style>a { color: <%= x %>; b: "<%= x %>"; c: url(<%= x %>); d: url("<%= x %>") }</style><p>a</p>',
    '<p style="color: <%= x %>; background: url(\'<%= x %>\')">a</p>',
    '<xmp><%= x %></xmp><p>a</p>',
    '<iframe><%= x %></iframe><p>a</p>',
    '<noscript><%= x %></noscript><p>a</p>',
    '<svg><title><%= x %></title><![CDATA[<%= x %>]]></svg><p>a</p>',
    '<a href="<%= x %>" href=<%= x %> srcset="<%= x %>" src=a<%= x %>>a</a>',
    '<template><%= x %></template><p>a</p>',
  ])('in %s', (template) => {
    const harmless = shape(render(template, { x: 'x' }) as string)
    always(template, (html) => expect(shape(html)).toBe(harmless))
  })

  it('in CSS, where it stays one declaration', () => {
    always('<style>a{color:<%= x %>}b{color:"<%= x %>"}</style>', (html) => {
      const css = textOf(elements(html)[0] as Element)
      const bare = css.replace(/\\[0-9a-f]{1,6} /gi, '').replace(/"[^"]*"/g, '')
      expect(bare.replace(/[^{}:;@]/g, '')).toBe('{:}{:}')
    })
  })
})

describe('a URL', () => {
  const dangerous = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' \u0001javascript:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript\r:alert(1)',
    'vbscript:x',
    'data:text/html,<script>alert(1)</script>',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'data:,x',
  ]
  const fine = [
    '/a?b=c&d=e:f#g',
    'https://a.b/c',
    '//a.b',
    'mailto:a@b.c',
    'a/javascript:b',
    '?x=javascript:',
    'data:image/png;base64,AA==',
    '',
    'tel:+1',
    '#',
  ]
  const places = [
    '<a href="<%= x %>">',
    "<a href='<%= x %>'>",
    '<a href=<%= x %>>',
    '<a href=" <%= x %>">',
    '<form action="<%= x %>">',
    '<button formaction="<%= x %>">',
    '<iframe src="<%= x %>"></iframe>',
    '<object data="<%= x %>">',
    '<use xlink:href="<%= x %>">',
  ]
  for (const place of places) {
    it.each(dangerous)(`is refused in ${place}: %j`, (x) => {
      expect(attribute0(render(place, { x }) as string).trim()).toBe('about:invalid#refused')
    })
  }
  it.each(fine)('is printed as it is when it runs nothing: %j', (x) => {
    for (const place of places) expect(attribute0(render(place, { x }) as string).trim()).toBe(x)
  })

  it('may be an SVG only for an image, which runs no scripts', () => {
    const x = 'data:image/svg+xml,<svg/>'
    expect(attribute0(render('<img src="<%= x %>">', { x }) as string)).toBe(x)
  })

  it.each(['data:text/html,x 2x', 'a.png 1x, javascript:alert(1) 2x', 'java\nscript:x'])(
    'is refused in a srcset: %j',
    (x) => {
      expect(render('<img srcset="<%= x %>">', { x })).toContain('about:invalid#refused')
    },
  )

  it('is refused where two values would make a scheme together', () => {
    const x = { a: 'java', b: 'script:alert(1)' }
    expect(render('<a href="<%= a %><%= b %>">', x)).not.toContain('script:')
    expect(render('<a href="java<%= b %>">', x)).not.toContain('script:')
    expect(render('<a href="<% if (a) { %><%= a %><% } %><%= b %>">', x)).not.toContain('script:')
  })

  it('may have a printed host and path', () => {
    expect(
      render('<a href="https://<%= h %>/<%= p %>?<%= q %>">', { h: 'a', p: 'b', q: 'c=d' }),
    ).toBe('<a href="https://a/b?c=d">')
    expect(render('<a href="<%= base %><%= path %>">', { base: 'https://a.b', path: '/c' })).toBe(
      '<a href="https://a.b/c">',
    )
  })

  it('is judged in the url() of a style too', () => {
    const x = 'javascript:alert(1)'
    expect(render('<p style="background: url(<%= x %>)">', { x })).toContain('about:invalid')
    expect(render(`<p style="background: url('<%= x %>')">`, { x })).toContain('about:invalid')
  })
})

describe('a place where nothing is safe is an error of the template', () => {
  it.each([
    ['a template literal of a function', '<script>x = html`<%= x %>`</script>'],
    ['a regular expression', '<script>x = /a<%= x %>/</script>'],
    ['a comment of JavaScript', '<script>// <%= x %>\n</script>'],
    ['a long comment of JavaScript', '<script>/* <%= x %> */</script>'],
    ['code behind an uncertain slash', '<script>x = {} /"/; y = <%= x %></script>'],
    ['a comment of CSS', '<style>/* <%= x %> */</style>'],
    ['behind a static javascript:', '<a href="javascript:f(<%= x %>)">'],
    ['behind one written in entities', '<a href="java&#115;cript&colon;f(<%= x %>)">'],
    ['before the colon of a scheme', '<a href="<%= x %>:a">'],
    ['inside of an entity', '<a href="&#<%= x %>;avascript:a">'],
    ['the name of an element', '<<%= x %>>'],
    ['the name of an end tag', '</<%= x %>>'],
    ['the name of an event handler', '<p on<%= x %>="a">'],
    ['the beginning of a tag in a script', '<script>"</<%= x %>"</script>'],
    ['a script whose type is printed', '<script type="<%= x %>">y = <%= x %></script>'],
    ['a script in SVG', '<svg><script>x = <%= x %></script></svg>'],
    ['a style in SVG', '<svg><style>a { b: <%= x %> }</style></svg>'],
    ['two unquoted values in a row', '<p title=<%= x %><%= x %>>'],
    ['a script hidden in a comment', '<script><!-- <script> </script> <%= x %>'],
    ['an open attribute at the end', '<a title="<%= x %>'],
  ])('%s', (_name, template) => {
    expect(() => render(template, { x: 1 })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_CONTEXT', line: expect.any(Number) }),
    )
  })

  it.each([
    ['branches', '<% if (x) { %><a href="<% } else { %><b><% } %>'],
    ['a branch and none', '<% if (x) { %><script><% } %>'],
    ['a loop', '<% for (const a of [x]) { %><i title="<% } %>'],
    ['a callback', '<% [x].forEach(() => { %><i title="<% }) %>'],
    ['a switch', '<% switch (x) { case 1: %><i title="<% break; case 2: %><% } %>'],
    ['a break', '<% for (;;) { %><i <% if (x) break; %>><% } %>'],
    ['a try', '<% try { %><i title="<%= x() %>"><% } catch {} %>'],
    ['attributes that touch', '<i<% if (x) { %> title<% } %>a>'],
    ['scripts in two states', '<script>a = <% if (x) { %>"<% } %>b"</script>'],
    [
      'a function called elsewhere',
      '<% function f() { %><%= x %><% } %><script><% f() %></script>',
    ],
    [
      'a function under another name',
      '<% function f() { %>a<% } const g = f %><script><% g() %></script>',
    ],
    [
      'a function inside of another',
      '<% [x].map((y) => { function f() { %>a<% } %><script><% f() %></script><% }) %>',
    ],
    [
      'a function that calls one',
      '<% function f() { %>a<% } const g = () => f() %><script><% g() %></script>',
    ],
    [
      'a function that is kept',
      '<% const all = []; all.push(() => { %>a<% }) %><script><% all[0]() %></script>',
    ],
    [
      'a try around a callback',
      '<% try { [x].map((y) => { %><i title="<%= y() %>"><% }) } catch {} %>',
    ],
    [
      'a try around a function',
      '<% function f() { %><i title="<%= x() %>"><% } %><% try { f() } catch {} %>',
    ],
    ['a throw in a try', '<% try { %><i title="<% if (x) throw x %>"><% } catch {} %>'],
    ['a finally', '<% try { x() } finally { %>a<% } %>'],
    [
      'waits that another can print in',
      '<% const f = async () => { await 1; %>a<% } %><% const p = f() %><i title="<%= await x %>"><% await p %>',
    ],
    [
      'a label behind a callback',
      '<% a: for (const y of [x].map(() => { for (;;) break })) { %><i <% if (x) continue a %>><% } %>',
    ],
    ['a function of no declaration', '<% g = function () { %>a<% } %><script><% g() %></script>'],
    [
      'a function that calls itself elsewhere',
      '<% [x].map(function f(y) { %><script><% if (y > 9) f(1) %></script><% }) %>',
    ],
    ['a method', '<% const o = { f() { %><%= x %><% } } %><% o.f() %>'],
  ])('%s that end in different places', (_name, template) => {
    expect(() => render(template, { x: 1 })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_CONTEXT' }),
    )
  })

  it.each([
    ['a part of an odd kind', '<% class A { static { %>a<% } } %>'],
    ['a template literal over several tags', '<% const y = ` %>a<% ` %>'],
  ])('%s, of which nobody can tell where it prints', (_name, template) => {
    expect(() => render(template, { x: 1 })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_CONTEXT' }),
    )
  })

  it('names both places where branches end', () => {
    expect(() => render('<% if (x) { %><a href="<% } else { %><b><% } %>', { x: 1 })).toThrow(
      /attribute `href`.*page\.html:1:28.*text.*page\.html:1:45/,
    )
  })
})

describe('branches that end alike', () => {
  it.each([
    ['<option<% if (x) { %> selected<% } %>>', '<option selected>'],
    ['<option <% if (x) { %>selected<% } %>>', '<option selected>'],
    ['<p class="a<% if (x) { %> b<% } %>">', '<p class="a b">'],
    ['<p<% if (x) { %> title="<%= x %>"<% } else { %> id=a<% } %>>', '<p title="1">'],
    ['<% if (x) { %><ul><% } else { %><ol><% } %>', '<ul>'],
    [
      '<script>x = <% if (x) { %>1<% } else { %>"b"<% } %>;y = <%= x %></script>',
      '<script>x = 1;y = 1</script>',
    ],
    ['<a href="<% if (x) { %>/a<% } %>/<%= x %>">', '<a href="/a/1">'],
    ['<% for (const a of [1, 2]) { if (a > 1) break %><i><%= a %></i><% } %>', '<i>1</i>'],
    ['<% [1, 2].map(function (a) { %><i title="<%= a %>"><% }) %>', '<i title="1"><i title="2">'],
    ['<% try { %><i><%= x %></i><% } catch { %>no<% } %>', '<i>1</i>'],
    ['<input <%= x ? "checked" : "" %> <%= x ? "disabled" : "" %>>', '<input checked disabled>'],
    ['<p data-<%= "a" %>="<%= x %>">', '<p data-a="1">'],
    ['<h<%= x %>>a</h<%= x %>>', '<h1>a</h1>'],
    ['<p onclick="if (a) f(<%= x %>); g(\'<%= x %>\')">', `<p onclick="if (a) f(1); g('1')">`],
    [
      '<script>if (a) /"/.test(b); c = a / 2; d = <%= x %></script>',
      '<script>if (a) /"/.test(b); c = a / 2; d = 1</script>',
    ],
    [
      '<script>`${ {a: "}"}.a }`; d = <%= x %></script>',
      '<script>`${ {a: "}"}.a }`; d = 1</script>',
    ],
    [
      '<div style="width: <%= x %>px; color: rgb(1, 2, 3)">',
      '<div style="width: 1px; color: rgb(1, 2, 3)">',
    ],
    ['<!-- <%= x %> --><br/><a/><%= x %>', '<!-- 1 --><br/><a/>1'],
    [
      '<svg viewBox="0 0 <%= x %> 1"><path d="<%= x %>"/></svg><%= x %>',
      '<svg viewBox="0 0 1 1"><path d="1"/></svg>1',
    ],
    ['a < b && c > <%= x %>', 'a < b && c > 1'],
    ['<% function p(p) { %><b><%= p %></b><% } %><% [x].map(p) %>', '<b>1</b>'],
  ])('render: %s', (template, html) => {
    expect(render(template, { x: 1 })).toBe(html)
  })
})

describe('what is printed as a name', () => {
  it.each([
    'onclick',
    'style',
    'href',
    'srcdoc',
    'a=b',
    'a b',
    'a>',
    'formaction',
    'xlink:href',
    'x-on:click',
  ])('is refused as an attribute: %j', (x) => {
    expect(() => render('<p <%= x %>>', { x })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_UNSAFE_NAME' }),
    )
  })
  it('is refused in the name of an element unless a digit', () => {
    expect(() => render('<s<%= x %>>', { x: 'cript' })).toThrow(/only digits/)
  })
})

describe('raw output', () => {
  it.each([
    ['<p><%- x %></p>', '<b title="a">bold</b><script>f("<a>")</script><!-- c -->'],
    ['<p <%- x %>>', 'class="a" data-b=c hidden'],
    ['<p class="<%- x %>">', "a b 'c'"],
    ['<script>x = <%- x %></script>', '{"a": [1, "b"]}'],
    ['<style><%- x %></style>', 'a { b: "c" }'],
  ])('goes where it stays in its place: %s', (template, x) => {
    expect(render(template, { x })).toBe(template.replace('<%- x %>', x))
  })

  it.each([
    ['<p><%- x %></p>', '<b title="'],
    ['<p><%- x %></p>', '<script>'],
    ['<p><%- x %></p>', '<!--'],
    ['<a onclick=a<%- x %>amp;>', '&'],
    ['<p><%- x %></p>', '<'],
    ['<p><%- x %></p>', '<b '],
    ['<p <%- x %>>', '>'],
    ['<p <%- x %>>', 'a="'],
    ['<p class="<%- x %>">', '"'],
    ['<script>x = <%- x %></script>', '"</script><script>"'],
    ['<script>x = <%- x %></script>', '"'],
    ['<script>x = <%- x %></script>', '/*'],
    ['<script>x = "<%- x %>"</script>', '"'],
    ['<style><%- x %></style>', '</style>'],
    ['<textarea><%- x %></textarea>', '</textarea>'],
    ['<!-- <%- x %> -->', '-->'],
  ])('is refused where it would leave its place: %s with %j', (template, x) => {
    expect(() => render(template, { x })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_RAW_LEAVES_PLACE' }),
    )
  })
})

describe('an include', () => {
  const files = {
    'value.html': '<%= x %>',
    'open.html': '<a title="',
    'page.html': `<p title="<%- include('value') %>"><%- include('value') %></p><script>x = <%- include('value') %></script><a href="<%- include('value') %>">`,
    'dynamic.html': `<p title="<%- include(n) %>"><%- include(n) %></p><script>x = <%- include(n) %></script><a href="<%- include(n) %>">`,
  }
  const html = `<p title="javascript:&quot;&lt;/script&gt;">javascript:&quot;&lt;/script&gt;</p><script>x = "javascript:\\"\\u003c/script\\u003e"</script><a href="about:invalid#refused">`

  it('is compiled for the place of its call', () => {
    expect(engineOver(files).render('page', { x: 'javascript:"</script>' })).toBe(html)
  })

  it('is compiled for the place of its call when its name is an expression', () => {
    expect(engineOver(files).render('dynamic', { x: 'javascript:"</script>', n: 'value' })).toBe(
      html,
    )
  })

  it('must leave the page where it found it', () => {
    const engine = engineOver({ ...files, 'bad.html': "<%- include('open') %>" })
    expect(() => engine.render('bad')).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_CONTEXT',
        message: expect.stringContaining('open.html:1:10'),
        includeStack: [expect.stringContaining('bad.html:1:5')],
      }),
    )
  })
})

describe("escapeBy: 'html'", () => {
  it('escapes as EJS does, wherever it is', () => {
    const template =
      '<a href="<%= x %>"><script>x = `<%= x %>`</script><% if (x) { %><b title="<% } %>'
    expect(render(template, { x: 'javascript:"' }, { escapeBy: 'html' })).toBe(
      '<a href="javascript:&quot;"><script>x = `javascript:&quot;`</script><b title="',
    )
  })
})

describe('the tokenizer of templates and pages', () => {
  const bits = fc.constantFrom(
    '<%',
    '%>',
    '<%=',
    '<%-',
    '-%>',
    '_%>',
    '<%_',
    '<%#',
    '<%%',
    '%%>',
    '<',
    '>',
    '<a',
    ' ',
    '"',
    "'",
    '=',
    '/',
    '!',
    '--',
    '-->',
    '<script>',
    '</script>',
    '<style>',
    '{',
    '}',
    '(',
    ')',
    'x',
    '`',
    '\\',
    '\n',
    'if(x)',
    'else',
    'href',
    'onclick',
    '<textarea>',
    '<svg>',
    '&',
    '$',
    ';',
    '//',
    '/*',
    '*/',
  )
  it('ends with output or an error on anything', () => {
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 30 }), (parts) => {
        expect(outcome(parts.join(''))).toMatch(/^(?:string|error)$/)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    '<%= x %>',
    '<% { %>',
    '<!--',
    '<a b="',
    '<',
    '<script>"',
    '&',
    "'",
    '</script',
    '<% } %>',
    '<%%',
    '<svg><p>',
    '<script>`${',
    '<a href="javascript:',
    '<iframe srcdoc="&lt;a ',
  ])('reads a long text in a moment: %j repeated', { timeout: 60_000 }, (bit) => {
    const start = process.cpuUsage().user
    expect(outcome(bit.repeat(20_000))).toMatch(/^(?:string|error)$/)
    // A tenth of a second; were it quadratic, minutes.
    expect(process.cpuUsage().user - start).toBeLessThan(20_000_000)
  })
})

function outcome(template: string): string {
  try {
    return typeof render(template, { x: 1 })
  } catch (error) {
    return error instanceof Error ? 'error' : 'something else'
  }
}

/** What a script leaves in `x`. */
function run(code: string): unknown {
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the test is what JavaScript makes of it
  return (new Function(`${code}; return x`) as () => unknown)()
}

function attribute0(html: string): string {
  const match = /=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*))/.exec(html)
  expect(match).not.toBeNull()
  return elements(html)[0]?.attrs[0]?.value ?? ''
}
