import { readFileSync } from 'node:fs'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { ATTRIBUTES, SCRIPT_TYPES } from '../src/contexts/what-is-code.ts'
import { engineOver, render } from './folder.ts'

const refused = (code: string, reason?: RegExp): object =>
  expect.objectContaining({ code, ...(reason && { message: expect.stringMatching(reason) }) })

describe('a page inside of a page (srcdoc)', () => {
  it.each([
    [
      '<iframe srcdoc="<p><%= x %></p>"></iframe>',
      '<b>',
      '<iframe srcdoc="<p>&amp;lt;b&amp;gt;</p>"></iframe>',
    ],
    [
      `<iframe srcdoc="<a href='<%= x %>'>"></iframe>`,
      'javascript:f()',
      `<iframe srcdoc="<a href='about:invalid#refused'>"></iframe>`,
    ],
    [
      `<iframe srcdoc="<a href=<%= x %>>"></iframe>`,
      'a b',
      `<iframe srcdoc="<a href=a&amp;#32;b>"></iframe>`,
    ],
    [
      `<iframe srcdoc="<script>y = <%= x %></script>"></iframe>`,
      '"',
      '<iframe srcdoc="<script>y = &quot;\\&quot;&quot;</script>"></iframe>',
    ],
    [
      `<iframe srcdoc="&lt;p onclick='f(&quot;<%= x %>&quot;)'>"></iframe>`,
      "')",
      `<iframe srcdoc="&lt;p onclick='f(&quot;\\u0027)&quot;)'>"></iframe>`,
    ],
    [
      `<iframe srcdoc="<iframe srcdoc='<i><%= x %></i>'>"></iframe>`,
      '<',
      `<iframe srcdoc="<iframe srcdoc='<i>&amp;amp;lt;</i>'>"></iframe>`,
    ],
  ])('is read as one: %s', (template, x, html) => {
    expect(render(template, { x })).toBe(html)
  })

  it.each([
    '<iframe srcdoc="<s<%= x %>>"></iframe>',
    '<iframe srcdoc="<<%= x %>>"></iframe>',
    '<iframe srcdoc="<script type=<%= x %>>y = <%= x %></script>"></iframe>',
    '<iframe srcdoc="<script>/<%= x %>/</script>"></iframe>',
    '<iframe srcdoc="<p on<%= x %>>"></iframe>',
  ])('has places where nothing is printed: %s', (template) => {
    expect(() => render(template, { x: 'a' })).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^TEMPLATE_(?:CONTEXT|UNSAFE_NAME)$/),
      }),
    )
  })

  it('says in an error which page it means', () => {
    expect(() => render('<iframe srcdoc="<a title=<%= x %><%= x %>>"></iframe>', { x: 1 })).toThrow(
      /attribute `title`.* of the page of the attribute `srcdoc`/,
    )
  })
})

describe('a template in a script', () => {
  it('is a page inside of the page, in which braces are code', () => {
    const template = '<script type="text/x-template"><a href="<%= x %>"><%= x %></a></script>'
    expect(render(template, { x: 'javascript:{{f()}}' })).toBe(
      '<script type="text/x-template"><a href="about:invalid#refused">javascript:&#123;&#123;f()&#125;&#125;</a></script>',
    )
  })
})

describe('the type of a script', () => {
  it.each([
    'type="text&#47;javascript"',
    'type=" TEXT/JavaScript "',
    'type',
    'type=""',
    'type="text/javascript" type="text/template"',
    'language="javascript1.5"',
    'type=module',
    'type="text/babel"',
    'type="text/jsx"',
    'type="text/typescript"',
    'type="importmap"',
    'type="speculationrules"',
    'type="application/ld+json"',
  ])('%s means that a value is printed as a literal', (attributes) => {
    const html = render(`<script ${attributes}>y = <%= x %></script>`, { x: '</script>' })
    expect(html).toBe(`<script ${attributes}>y = "\\u003c/script\\u003e"</script>`)
  })

  it.each([
    ['is not known', '<script type="text/x-mine"><%= x %></script>'],
    ['is printed', '<script type="<%= x %>"><%= x %></script>'],
    ['is printed in the old way', '<script language="<%= x %>"><%= x %></script>'],
    ['is printed raw', '<script type="<%- x %>"><%= x %></script>'],
    ['may be another by raw attributes', '<script <%- x %> type="text/template"><%= x %></script>'],
    ['is said by one branch', '<script <% if (x) { %>type="module"<% } %>>y = <%= x %></script>'],
  ])('%s: nothing is printed in it', (_what, template) => {
    expect(() => render(template, { x: 'a' })).toThrow(refused('TEMPLATE_CONTEXT'))
  })

  it('in JSX and TypeScript is only read as far as that is certain', () => {
    const jsx = '<script type="text/babel">f(<p>it\'s <%= x %></p>)</script>'
    expect(() => render(jsx, { x: 1 })).toThrow(refused('TEMPLATE_CONTEXT', /not certain/))
    const ts = '<script type="text/typescript">a = b as C<D> / 2 + "/"; y = <%= x %></script>'
    expect(() => render(ts, { x: 1 })).toThrow(refused('TEMPLATE_CONTEXT', /not certain/))
  })

  it('importmap makes all its strings URLs', () => {
    const map = { imports: { a: '/a.js', b: 'data:text/javascript,f()' } }
    expect(render('<script type="importmap"><%= map %></script>', { map })).toBe(
      '<script type="importmap">{"imports":{"a":"/a.js","b":"about:invalid#refused"}}</script>',
    )
  })
})

describe('an attribute of a library', () => {
  it.each([
    ['Alpine', 'x-data', '{ a: <%= x %> }'],
    ['Alpine', ':title', '<%= x %>'],
    ['Alpine', '@click.prevent', 'a = <%= x %>'],
    ['Vue', 'v-text', '<%= x %>'],
    ['Vue', ':class', '<%= x %>'],
    ['Vue', '.prop', '<%= x %>'],
    ['Vue', '#item', '{ a = <%= x %> }'],
    ['Angular', '(click)', 'a = <%= x %>'],
    ['Angular', '[title]', '<%= x %>'],
    ['Angular', '*ngif', '<%= x %>'],
    ['AngularJS', 'ng-init', 'a = <%= x %>'],
    ['AngularJS', 'data-ng-init', 'a = <%= x %>'],
    ['AngularJS', 'x-ng:init', 'a = <%= x %>'],
    ['htmx', 'hx-on:click', 'f(<%= x %>)'],
    ['htmx', 'hx-vals', '{&quot;a&quot;: <%= x %>}'],
    ['htmx', 'data-hx-vals', '<%= x %>'],
    ['Datastar', 'data-on-click', 'f(<%= x %>)'],
  ])('of %s is code: %s', (_library, name, value) => {
    expect(render(`<p ${name}="${value}">`, { x: 'f()' })).toBe(
      `<p ${name}="${value.replace('<%= x %>', '&quot;f()&quot;')}">`,
    )
  })

  it.each([
    ['hyperscript', '_'],
    ['hyperscript', 'data-script'],
    ['AngularJS', 'ng-href'],
    ['AngularJS', 'data-ng-src'],
    ['Vue, which inserts HTML', 'v-html'],
    ['Vue, which inserts HTML', ':innerHTML.prop'],
    ['Vue, which makes a page of it', 'v-bind:srcdoc'],
    ['Vue, where a string may be `javascript:`', ':href'],
    ['Vue, where a string may be `javascript:`', '.href'],
    ['Vue, where a string becomes a handler', ':onclick'],
    ['Vue, where the attribute is not known', ':[key]'],
    ['Vue, where the attribute is not known', 'v-bind'],
    ['Alpine, which inserts HTML', 'x-html'],
    ['Alpine, where a string may be `javascript:`', 'x-bind:href'],
  ])('of %s holds no value: %s', (_library, name) => {
    expect(() => render(`<p ${name}="<%= x %>">`, { x: 1 })).toThrow(refused('TEMPLATE_CONTEXT'))
  })

  it.each(['data-action', 'data-controller', 'hx-trigger'])('takes words: %s', (name) => {
    expect(render(`<p ${name}="<%= x %>">`, { x: 'a-b c' })).toBe(`<p ${name}="a-b c">`)
    for (const x of ['click->a#b', 'click[f()]']) {
      expect(() => render(`<p ${name}="<%= x %>">`, { x })).toThrow(refused('TEMPLATE_UNSAFE_NAME'))
    }
  })

  it.each([
    'x-init',
    '@click',
    ':a',
    'v-html',
    'ng-init',
    'data-ng-init',
    '(a)',
    '[a]',
    '*a',
    'hx-vals',
    'data-hx-on',
    'data-on-click',
    'data-action',
    'x-ng-a',
    'language',
    'value.bind',
    'wire:click',
  ])('is none that data may name: %s', (x) => {
    expect(() => render('<p <%= x %>>', { x })).toThrow(refused('TEMPLATE_UNSAFE_NAME'))
    if (!x.startsWith('data-')) return
    expect(() => render('<p data-<%= x %>="a">', { x: x.slice(5) })).toThrow(
      refused('TEMPLATE_UNSAFE_NAME'),
    )
  })
})

describe('what is printed for nothing', () => {
  it.each([
    ['the name of an element', '<script<%= x %>>y = <%= x %></script>', 'TEMPLATE_UNSAFE_NAME'],
    ['the name of a value', '<p <%= x %>="a onclick=f()">', 'TEMPLATE_UNSAFE_NAME'],
    ['a name before another', '<p <%= x %>onclick="f(\'<%= x %>\')">', 'TEMPLATE_CONTEXT'],
    ['a name, and a value elsewhere', '<p <%= x %><% if (1) { %>="a"<% } %>>', 'TEMPLATE_CONTEXT'],
  ])('cannot be %s', (_what, template, code) => {
    expect(() => render(template, { x: '' })).toThrow(refused(code))
  })

  it.each([
    ['<p title=<%= x %> id=a>', '<p title="" id=a>'],
    ['<p title=<%= x %>b>', '<p title=b>'],
    ['<p title=<%- x %> id=a>', '<p title="" id=a>'],
    ['<!-- -<%= x %>-> -->', '<!-- - -> -->'],
    ['<!-- -<%- x %>-> -->', '<!-- - -> -->'],
  ])('joins nothing in %s', (template, html) => {
    expect(render(template, { x: '' })).toBe(html)
  })
})

const animate = (values: string): string =>
  `<svg><animate attributeName=href values="${values}"></svg>`

describe('a list of URLs', () => {
  it.each(['x;java\nscript:f()', 'a, javascript:f()', ' javascript:f()'])(
    'is judged item by item: %j',
    (x) => {
      expect(render(animate('<%= x %>'), { x })).toBe(animate('about:invalid#refused'))
    },
  )
  it('is judged where two values are one item', () => {
    const x = { a: 'java', b: 'script:f()' }
    expect(render(animate('<%= a %><%= b %>'), x)).toBe(animate('javaabout:invalid#refused'))
    expect(render(animate('<%= a %>\n<%= b %>'), x)).toContain('about:invalid#refused')
  })
  it('holds nothing behind a static javascript:', () => {
    expect(() => render(animate('javascript:f(1, <%= x %>)'), { x: 1 })).toThrow(
      refused('TEMPLATE_CONTEXT'),
    )
  })
})

describe('<meta http-equiv="refresh">', () => {
  it('takes a number, and a URL behind `url=`', () => {
    const template = '<meta http-equiv="refresh" content="<%= n %>; url=<%= x %>">'
    expect(render(template, { n: 5, x: '/a' })).toContain('content="5; url=/a"')
    expect(render(template, { n: 5, x: 'javascript:f()' })).toContain('about:invalid#refused')
    expect(() => render(template, { n: '0;url=x', x: '' })).toThrow(refused('TEMPLATE_UNSAFE_NAME'))
  })
  it.each([
    '<meta http-equiv="refresh" content="0;<%= x %>">',
    '<meta content="<%= x %>" http-equiv="refresh">',
    '<meta http-equiv="<%= x %>" content="<%= x %>">',
  ])('refuses what may be a URL: %s', (template) => {
    expect(() => render(template, { x: '1' })).toThrow(refused('TEMPLATE_CONTEXT'))
  })
  it('leaves other content alone', () => {
    const template = '<meta name="description" content="<%= x %>">'
    expect(render(template, { x: 'javascript: the good parts' })).toContain('javascript: the good')
  })
})

describe('an element or attribute called like what objects inherit', () => {
  it.each(['constructor', '__proto__', 'toString'])('is like any other: %s', (name) => {
    const template = `<${name} ${name}="<%= x %>"><%= x %></${name}>`
    expect(render(template, { x: '<' })).toBe(template.replaceAll('<%= x %>', '&lt;'))
  })
})

describe('<noscript>', () => {
  it.each([
    '<noscript><p title="</noscript><script>y = \'<%= x %>\'</script>"></p></noscript>',
    '<noscript><!-- </noscript><script>y = "<%= x %>"</script> --></noscript>',
    '<noscript><style></noscript><script>y = "<%= x %>"</script></style></noscript>',
  ])('must end in one place, whether scripts run or not: %s', (template) => {
    expect(() => render(template, { x: 1 })).toThrow(refused('TEMPLATE_CONTEXT', /scripts run/))
  })
  it('may stand in a comment', () => {
    const template = '<!-- <noscript></noscript> --><p><%= x %></p>'
    expect(render(template, { x: 1 })).toBe('<!-- <noscript></noscript> --><p>1</p>')
  })
})

describe('SVG and MathML', () => {
  it.each([
    '<svg><script><![CDATA[ <%= x %> ]]></script></svg>',
    '<svg><style><![CDATA[ <%= x %> ]]></style></svg>',
    '<svg><font color=red><style><%= x %></style></svg>',
  ])('have places that hold no value: %s', (template) => {
    expect(() => render(template, { x: 1 })).toThrow(refused('TEMPLATE_CONTEXT'))
  })
  it.each([
    ['<svg></p><script>y = <%= x %></script>', '<svg></p><script>y = "a"</script>'],
    [
      '<svg><foreignObject><svg><p></svg></foreignObject><title><%= x %></title></svg>',
      '<svg><foreignObject><svg><p></svg></foreignObject><title>a</title></svg>',
    ],
  ])('end where a browser ends them: %s', (template, html) => {
    expect(render(template, { x: 'a' })).toBe(html)
  })
})

describe('a value in a script', () => {
  it.each([
    'resp.<%= x %>',
    'resp?.<%= x %>',
    'resp./* a */<%= x %>',
    '<%= x %>Tab',
    '<%= x %> tab',
    'tab<%= x %>',
    'var <%= x %>',
    'var <%= x %> = 1',
    'let\n<%= x %> = 1',
    'function <%= x %>() {}',
    'function* <%= x %>() {}',
    'class <%= x %> {}',
    'new <%= x %>()',
    '<%= x %>()',
    '<%= x %> = 1',
    '<%= x %> => 1',
    'y = <%= x %><%= x %>',
    'y = <%= x %>"a"',
    'y = "a" <%= x %>',
    'y = 1 <%= x %>',
    'setTimeout("f(\'<%= x %>\')", 1)',
    'window.setTimeout(<%= x %>, 1)',
    'eval("<%= x %>")',
    'new Function(<%= x %>)',
    'tag`<%= x %>`',
    'import("java" + `<%= x %>`); import(`<%= x %>`)',
  ])('does not compile where it would break the program: %s', (code) => {
    expect(() => render(`<script>${code}</script>`, { x: 'a' })).toThrow(
      refused('TEMPLATE_CONTEXT'),
    )
    expect(() => render(`<p onclick='${code.replaceAll("'", '&#39;')}'>`, { x: 'a' })).toThrow(
      refused('TEMPLATE_CONTEXT'),
    )
  })

  it.each([
    'y = <%= x %>',
    'y = [<%= x %>, ...<%= x %>]',
    'y = { <%= x %>: <%= x %> }',
    'y = <%= x %>.length + <%= x %>[0]',
    'y = z[<%= x %>] || <%= x %>',
    'if (z) <%= x %>; else <%= x %>',
    'y = <%= x %> in z',
    'y = z ? <%= x %> : <%= x %>',
    'y = 1\n<%= x %>',
    'y = () => <%= x %>',
    'setTimeout(() => <%= x %>, <%= x %>)',
    'while (n --> 0) y = <%= x %>',
    'switch (z) { case <%= x %>: default: y = <%= x %> }',
    'y = <%= x %> === <%= x %>',
    'y = z.in / 2 + <%= x %>',
    'y = `${<%= x %>}`',
  ])('is JSON where JavaScript reads one: %s', (code) => {
    const made = render(`<script>${code}</script>`, { x: 'a' })
    expect(made).toBe(`<script>${code.replaceAll('<%= x %>', '"a"')}</script>`)
  })

  it('is encoded for the template literal that it stands in', () => {
    const html = render('<script>y = `a<%= x %>b`</script>', { x: '`${f()}\\</script>' }) as string
    const code = html.slice('<script>'.length, -'</script>'.length)
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the test is what JavaScript makes of it
    const y = (new Function(`let y; ${code}; return y`) as () => unknown)()
    expect(y).toBe('a`${f()}\\</script>b')
  })

  it.each([
    'location.href = "<%= x %>"',
    'import("<%= x %>")',
    'open(<%= x %>)',
    'location = <%= x %>',
  ])('is judged as a URL where it is one: %s', (code) => {
    expect(render(`<script>${code}</script>`, { x: 'javascript:f()' })).toContain('about:invalid')
    expect(render(`<script>${code}</script>`, { x: '/a' })).toMatch(/"(?:\/|\\u002f)a"/)
  })
})

describe('raw output', () => {
  it.each([
    ['<script>d = <%- x %></script>', '"</script><img src=x onerror=f()><script>"'],
    ['<script>d = <%- x %></script>', '"<!--<script>"'],
    ['<script>d = [<%- x %>]</script>', '1]; f(); [2'],
    ['<script>d = "<%- x %>"</script>', '"; f(); "'],
    ['<script>d = `<%- x %>`</script>', '${f()}'],
    ['<script>d = `<%- x %>`</script>', '`; f(); `'],
    ['<p title="<%- x %>">', '" onclick="f()'],
    ["<p title='<%- x %>'>", "' onclick='f()"],
    ['<p title=<%- x %>>', 'a onclick=f()'],
    ['<p title=a<%- x %>>', ' onclick=f() b'],
    ['<p onclick="d = \'<%- x %>\'">', "'; f(); '"],
    ['<p onclick="d = \'<%- x %>\'">', '&#39;; f(); &#39;'],
    ['<p <%- x %>>', 'a><img src=x onerror=f()><p b'],
    ['<textarea><%- x %></textarea>', '</textarea><img src=x onerror=f()><textarea>'],
    ['<title><%- x %></title>', '</title><script>f()</script><title>'],
    ['<style><%- x %></style>', '</style><script>f()</script><style>'],
    ['<style>a { b: "<%- x %>" }</style>', '"; c: "'],
    ['<p style="a: url(<%- x %>)">', 'b); c: url(d'],
    ['<!-- <%- x %> -->', '--><script>f()</script><!--'],
    ['<!--<%- x %>-->', '><script>f()</script><!--'],
    ['<!-- a-<%- x %> -->', '-><script>f()</script><!-- -'],
    ['<xmp><%- x %></xmp>', '</xmp><script>f()</script><xmp>'],
    ['<iframe srcdoc="<p title=\'<%- x %>\'>"></iframe>', "' onclick='f()"],
    ['<iframe srcdoc="<p title=\'<%- x %>\'>"></iframe>', '&#39; onclick=&#39;f()'],
    ['<iframe srcdoc="<p><%- x %></p>"></iframe>', '"><script>f()</script><p title="'],
    ['<h<%- x %>>', '1><script>f()</script><h1'],
    ['<p data-<%- x %>="a">', 'a=b onclick'],
    ['<script type="text/template"><p title="<%- x %>"></script>', '{{f()}}'],
  ])('may not leave its place and come back: %s with %j', (template, x) => {
    expect(() => render(template, { x })).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^TEMPLATE_(?:RAW_LEAVES_PLACE|UNSAFE_NAME)$/),
      }),
    )
  })

  it.each([
    ['<p style="background: url(<%- x %>)">', 'https://a.b/c.png'],
    ['<p style="background: url(\'<%- x %>\')">', '/a.png'],
    ['<!-- a-<%- x %> -->', 'b'],
    ['<!--<%- x %>-->', 'b'],
    ['<script><%- x %>\n</script>', 'f() // done'],
    ['<script><%- x %></script>', 'f() // done'],
    ['<script>y.<%- x %> = 1</script>', 'name'],
    ['<script>d = <%- x %></script>', '{"a": ["</b>", "<!-", "\\""]}'],
    ['<h<%- x %>>', '2'],
    ['<a href="<%- x %>">', '/a?b=1&c'],
    ['<img src="<%- x %>">', 'data:image/svg+xml,<svg/>'],
    ['<a href=<%- x %>>', '"/a b"'],
    ['<iframe srcdoc="<p><%- x %></p>"></iframe>', '<b>a</b>'],
    ['<textarea><%- x %></textarea>', '<b>&</b>'],
    ['<p title="<%- x %>">', "a & 'b' > c"],
  ])('is printed as it is where it stays: %s with %j', (template, x) => {
    expect(render(template, { x })).toBe(template.replace('<%- x %>', x))
  })

  it('may not end in a comment where its line goes on', () => {
    expect(() => render('<script><%- x %>; g()</script>', { x: 'f() // done' })).toThrow(
      refused('TEMPLATE_RAW_LEAVES_PLACE', /would leave a line comment open/),
    )
  })

  it.each([
    ['<a href="<%- x %>">', 'javascript:f()'],
    ['<a href=<%- x %>>', '"java&#115;cript:f()"'],
    ['<object data="<%- x %>">', 'data:image/svg+xml,<svg/>'],
    ['<iframe srcdoc="<a href=\'<%- x %>\'>"></iframe>', 'javascript:f()'],
  ])('is refused by policy as %s with %j, and says so', (template, x) => {
    expect(() => render(template, { x })).toThrow(refused('TEMPLATE_RAW_LEAVES_PLACE', /by policy/))
  })

  it('is looked at in an include of a computed name too', () => {
    const engine = engineOver({
      'page.html': '<script>d = "<%- include(n) %>"</script>',
      'part.html': '<%- x %>',
    })
    expect(() => engine.render('page', { n: 'part', x: '";f();"' })).toThrow(
      refused('TEMPLATE_RAW_LEAVES_PLACE'),
    )
  })
})

describe('the table of what is code', () => {
  it('stands in docs/templates.md as it is in the source', () => {
    const file = path.join(import.meta.dirname, '../../../docs/templates.md')
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => /^\| (?:attribute|script type) \|/.test(line))
    expect(rows).toEqual([
      ...ATTRIBUTES.map(
        ({ names, on, kind, source }) =>
          `| attribute | \`${names}\`${on === undefined ? '' : ` on \`${on}\``} | ${kind} | ${source} |`,
      ),
      ...SCRIPT_TYPES.map(
        ({ types, language, source }) => `| script type | \`${types}\` | ${language} | ${source} |`,
      ),
    ])
  })
})
