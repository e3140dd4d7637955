import peer from 'ejs'
import { describe, expect, it, onTestFinished } from 'vitest'

import ejs from '@tokkyu/views/ejs'

import { render } from './folder.ts'

/** What a rendering gives: its text, or the name and the last line of its error. */
async function outcome(rendering: () => string | Promise<string>): Promise<string> {
  try {
    return `prints ${await rendering()}`
  } catch (thrown) {
    const { name, message } = thrown as Error
    return `${name}: ${message.split('\n').findLast((line) => line !== '')}`
  }
}

type Data = Record<string, unknown>
type Program = [template: string, data: () => Data, expected?: string]

function self(this: Data): unknown {
  return this['q']
}
const twice = (x: number) => x * 2

/** EJS is asked too: what stands here is what it says. */
function sameAsEjs(programs: Program[]): void {
  it.each(programs)('%s', async (template, data, expected?: string) => {
    const async = template.includes('await')
    const theirs = await outcome(() => peer.render(template, data(), { async }))
    expect(theirs).toBe(expected ?? theirs)
    expect(await outcome(() => ejs.render(template, data(), { async }))).toBe(theirs)
    expect(await outcome(() => render(template, data()))).toBe(theirs)
  })
}

/** In the browser too, where the function that was made for it is called. */
function sameInTheDoor(programs: Program[]): void {
  it.each(programs)('%s', async (template, data, expected?: string) => {
    expect(await outcome(() => peer.render(template, data()))).toBe(expected)
    expect(await outcome(() => ejs.render(template, data()))).toBe(expected)
    const client = ejs.compile(template, { client: true })
    expect(await outcome(() => client(data()))).toBe(expected)
  })
}

describe('a value that is no function is named as the template names it', () => {
  sameAsEjs([
    ['<%= moment(1) %>', () => ({ moment: 1 }), 'TypeError: moment is not a function'],
    ['<% moment(1) %>', () => ({ moment: {} }), 'TypeError: moment is not a function'],
    ['<%= (moment)(1) %>', () => ({ moment: 1 }), 'TypeError: moment is not a function'],
    ['<%= moment() %>', () => ({ moment: undefined }), 'TypeError: moment is not a function'],
    ['<%= user.each(1) %>', () => ({ user: {} }), 'TypeError: user.each is not a function'],
    ['<%= user?.each(1) %>', () => ({ user: {} }), 'TypeError: user?.each is not a function'],
    ['<%= !user.each(1) %>', () => ({ user: {} }), 'TypeError: user.each is not a function'],
    ['<%= a.b.c(1) %>', () => ({ a: { b: {} } }), 'TypeError: a.b.c is not a function'],
    ['<%= a[x](1) %>', () => ({ a: {}, x: 'k' }), 'TypeError: a[x] is not a function'],
    ['<%= a.b[x](1) %>', () => ({ a: { b: {} }, x: 'k' }), 'TypeError: a.b[x] is not a function'],
    ['<%= f(1)(2) %>', () => ({ f: twice }), 'TypeError: f(...) is not a function'],
    ['<%= f(1).g(2) %>', () => ({ f: twice }), 'TypeError: f(...).g is not a function'],
    [
      '<%= f.g(1) + f(2).h(3) %>',
      () => ({ f: Object.assign(twice, { g: twice }) }),
      'TypeError: f(...).h is not a function',
    ],
    ['<%= (a || b)(1) %>', () => ({ a: 0, b: 1 }), 'TypeError: (a || b) is not a function'],
    ['<%= [a].b(1) %>', () => ({ a: 0 }), 'TypeError: [a].b is not a function'],
    ['<%= tag`x` %>', () => ({ tag: 1 }), 'TypeError: tag is not a function'],
    ['<%= user.tag`x${user}` %>', () => ({ user: {} }), 'TypeError: user.tag is not a function'],
    ['<%= new Foo() %>', () => ({ Foo: 1 }), 'TypeError: Foo is not a constructor'],
    ['<%= new Foo %>', () => ({ Foo: undefined }), 'TypeError: Foo is not a constructor'],
    ['<%= new lib.Foo(1) %>', () => ({ lib: {} }), 'TypeError: lib.Foo is not a constructor'],
    ['<%= await user.load() %>', () => ({ user: {} }), 'TypeError: user.load is not a function'],
    [
      '<% xs.map((x) => x.each(f)) %>',
      () => ({ xs: [{}], f: 1 }),
      'TypeError: x.each is not a function',
    ],
    [
      '<% try { f(1) } catch (e) { %><%= e.message %><% } %>',
      () => ({ f: 1 }),
      'prints f is not a function',
    ],
    [
      '<% try { f && f(1) } catch (e) { %><%= e.message %><% } %>',
      () => ({ f: 1 }),
      'prints f is not a function',
    ],
  ])
})

describe('a value that cannot be taken apart is named as the template names it', () => {
  sameAsEjs([
    ['<% for (const a of xs) {} %>', () => ({ xs: 1 }), 'TypeError: xs is not iterable'],
    [
      '<% const q = 1\nfor (const a of xs.ys) {} %>',
      () => ({ xs: {} }),
      'TypeError: xs.ys is not iterable',
    ],
    [
      '<% l: for (const a of xs) { continue l } %>',
      () => ({ xs: 1 }),
      'TypeError: xs is not iterable',
    ],
    [
      '<% for await (const a of xs) {} %>',
      () => ({ xs: 1 }),
      'TypeError: xs is not async iterable',
    ],
    ['<%= [...xs] %>', () => ({ xs: 1 }), 'TypeError: xs is not iterable'],
    ['<%= [1, ...xs.ys] %>', () => ({ xs: {} }), 'TypeError: xs.ys is not iterable'],
    // What is said of these is another thing in each version of V8.
    ['<%= f(...xs, 1) %>', () => ({ f: twice, xs: 1 })],
    ['<%= Math.max(...xs.ys) %>', () => ({ xs: {} })],
    ['<%= (q ? xs : q)(1) %>', () => ({ q: 1, xs: 1 })],
    ['<% const [a] = xs %>', () => ({ xs: {} }), 'TypeError: xs is not iterable'],
    ['<% var q = 1, [a] = xs %>', () => ({ xs: {} }), 'TypeError: xs is not iterable'],
    ['<% let a; [a] = xs %>', () => ({ xs: undefined })],
    [
      '<% const {a} = xs %>',
      () => ({ xs: undefined }),
      "TypeError: Cannot destructure property 'a' of 'xs' as it is undefined.",
    ],
    [
      '<% let a; ({ a } = xs.ys) %>',
      () => ({ xs: {} }),
      "TypeError: Cannot destructure property 'a' of 'xs.ys' as it is undefined.",
    ],
    ['<% for (const [a] = xs; ; ) {} %>', () => ({ xs: {} }), 'TypeError: xs is not iterable'],
    ['<%= x.y %>', () => ({ x: null }), "TypeError: Cannot read properties of null (reading 'y')"],
    [
      '<% x.y = 1 %>',
      () => ({ x: null }),
      "TypeError: Cannot set properties of null (setting 'y')",
    ],
    [
      '<%= class extends b {} %>',
      () => ({ b: 1 }),
      'TypeError: Class extends value 1 is not a constructor or null',
    ],
  ])
})

describe('a name that is nowhere', () => {
  const nowhere = 'ReferenceError: nix is not defined'
  sameAsEjs(
    [
      '<%= nix %>',
      '<%= nix.y %>',
      '<%= nix() %>',
      '<%= nix?.(1) %>',
      '<%= nix?.y %>',
      '<%= nix`x` %>',
      '<%= new nix() %>',
      '<%= [...nix] %>',
      '<%= { nix } %>',
      '<%= f(nix) %>',
      '<%= f(...nix) %>',
      '<%= f[nix](1) %>',
      '<%= f(1)[nix](1) %>',
      '<%= 0 || nix %>',
      '<% nix++ %>',
      '<% --nix %>',
      '<% nix += 1 %>',
      '<% nix ||= 1 %>',
      '<%nix+=1%>',
      '<%nix++%>',
      '<% nix.y = 1 %>',
      '<% for (const a of nix) {} %>',
      '<% if (f) for (const a of nix) {} %>',
      '<% for (const a in nix) {} %>',
      '<% const [a] = nix %>',
      '<% const q = 1, { a } = nix %>',
      '<% const { a = nix } = f %>',
      '<% const g = ({ a } = nix) => a; g() %>',
      '<% class A extends nix {} %>',
      '<% switch (nix) {} %>',
      '<% try { nix() } catch (e) { %><%= e.nix %><% throw e } %>',
      '<%= await nix.y() %>',
    ].map((template): Program => [template, () => ({ f: twice }), nowhere]),
  )
})

describe('what is not evaluated', () => {
  sameAsEjs([
    ['<%= typeof nix %>', () => ({}), 'prints undefined'],
    ['<% delete nix %>.', () => ({}), 'prints .'],
    ['<%= 1 || nix() %>', () => ({}), 'prints 1'],
    ['<%= q ? 1 : nix.y() %>', () => ({ q: 1 }), 'prints 1'],
    ['<%= (q && nix)(1) %>', () => ({ q: 0 }), 'TypeError: (q && nix) is not a function'],
    ['[<%= a?.[nix](1) %>]', () => ({ a: null }), 'prints []'],
    ['[<%= a?.b[nix](1) %>]', () => ({ a: null }), 'prints []'],
    ['[<%= a?.b(...nix) %>]', () => ({ a: null }), 'prints []'],
    ['[<%= a?.(...nix) %>]', () => ({ a: null }), 'prints []'],
    [
      '<% try { f(1)[nix](1) } catch (e) {} %><%= log %>',
      () => {
        const log: number[] = []
        return { log, f: (x: number) => log.push(x) }
      },
      'prints 1',
    ],
  ])
})

describe('a function of the data is called with the data as `this`', () => {
  sameAsEjs([
    ['<%= self() %>', () => ({ self, q: 5 }), 'prints 5'],
    ['<%= self?.() %>', () => ({ self, q: 5 }), 'prints 5'],
    ['<%= self`x` %>', () => ({ self, q: 5 }), 'prints 5'],
    ['<%= (self)() %>', () => ({ self, q: 5 }), 'prints 5'],
    ['<%= self && self() %>', () => ({ self, q: 5 }), 'prints 5'],
    ['<%= [self()].concat(typeof self) %>', () => ({ self, q: 5 }), 'prints 5,function'],
    ['<%= toString() %>', () => ({ toString: self, q: 5 }), 'prints 5'],
    ['<%= fetch() %>', () => ({ fetch: self, q: 5 }), 'prints 5'],
    ['<%= self.call({ q: 6 }) %>', () => ({ self, q: 5 }), 'prints 6'],
    [
      '<%= self.n %><%= self() %>',
      () => ({ self: Object.assign(self.bind({ q: 7 }), { n: 1 }) }),
      'prints 17',
    ],
    [
      '<%= new Foo().x %>',
      () => ({
        Foo: class {
          x = 8
        },
      }),
      'prints 8',
    ],
  ])
})

describe('a global that was made when we were loaded already', () => {
  it.each(['<%= late(1) %>', '<%= late && late(1) %>', '<% with ({}) { %><%= late(1) %><% } %>'])(
    'is called: %s',
    (template) => {
      Object.assign(globalThis, { late: twice })
      onTestFinished(() => void Reflect.deleteProperty(globalThis, 'late'))
      expect(ejs.render(template)).toBe('2')
      expect(render(template)).toBe('2')
    },
  )
})

describe('an output tag without an expression', () => {
  sameAsEjs([
    ['[<%= %>]', () => ({}), 'prints []'],
    ['[<%= ; %>]', () => ({}), 'prints []'],
    ['[<%= /* c */ %>]', () => ({}), 'prints []'],
    ['[<%- /* a */ // b\n %>]', () => ({}), 'prints []'],
    ['[<%- // a; /* b %>]', () => ({}), 'prints []'],
    ['[<%= /* c */; %>]', () => ({}), 'prints []'],
    ['<p title="<%= /* c */ %>">', () => ({}), 'prints <p title="">'],
    ['<% if (q) { %>[<%= /* c */ -%>\n]<% } %>', () => ({ q: 1 }), 'prints []'],
    ['[<%= "/* c */" %>]', () => ({}), 'prints [/* c */]'],
    ['[<%= 4 /* c */ / 2 // d %>]', () => ({}), 'prints [2]'],
  ])
})

describe('`with` in a template', () => {
  const m = { f: twice, q: 4, self }
  sameAsEjs([
    ['<% with (m) { %><%= f(3) %><% } %>', () => ({ m }), 'prints 6'],
    ['<% with (m) { f(3) } %>', () => ({ m: {} }), 'ReferenceError: f is not defined'],
    ['<% with (m) { f(3) } %>', () => ({ m: { f: 1 } }), 'TypeError: f is not a function'],
    ['[<% with (m) { %><%= f %><% } %>]', () => ({ m: { f: undefined } }), 'prints []'],
    ['<% with (m) { %><%= self() %><% } %>', () => ({ m, q: 5 }), 'prints 4'],
    ['<% with (m) { %><%= self() %><% } %>', () => ({ m: {}, q: 5, self }), 'prints 5'],
    ['<% with (m) { q = 6 } %><%= m.q %><%= q %>', () => ({ m: { q: 1 }, q: 5 }), 'prints 65'],
    ['<% with (m) { q++ } %><%= q %>', () => ({ m: {}, q: 5 }), 'prints 6'],
    ['<% var q = q || 1; with (m) { q++ } %><%= q %>', () => ({ m: {}, q: 5 }), 'prints 6'],
    [
      '<% with (m) for (const a of xs) {} %>',
      () => ({ m: { xs: 1 } }),
      'TypeError: xs is not iterable',
    ],
    ['<% with (null) {} %>', () => ({}), 'TypeError: Cannot convert undefined or null to object'],
    [
      '<% for (const a of xs) { with (a) { %><%= x %><% } } %>',
      () => ({ xs: [{ x: 1 }, { x: 2 }] }),
      'prints 12',
    ],
    ['<% with (await m) { %><%= q %><% } %>', () => ({ m }), 'prints 4'],
  ])

  it('sees helpers and the data, and nothing inherited', () => {
    const template = '<% with (m) { %><%= up(x) %> <%= typeof secret %><% } %>'
    const helpers = { up: (text: string) => text.toUpperCase(), x: 'helper' }
    const inherits = Object.create({ secret: 1 }) as Data
    expect(render(template, Object.assign(inherits, { m: {} }), { helpers })).toBe(
      'HELPER undefined',
    )
    expect(render(template, { x: 'data', m: {} }, { helpers })).toBe('DATA undefined')
  })

  it('is out of reach of data whose names begin as ours do', () => {
    const data = { t$: 1, t$o: 'x', t$e0: String, t$L: 1, t$W: 2, m: {}, q: '<' }
    const template = '<% with (m) { %><%= q %><% } %>'
    expect(render(template, data)).toBe('&lt;')
    expect(ejs.render(template, data)).toBe('&lt;')
  })

  it('leaves `include` and `locals` what they are, whatever the data has', () => {
    const options = { includer: () => ({ template: '<%= q %>' }) }
    const template = '<% with (m) { %><%- include("x") %><%= locals.locals %><% } %>'
    expect(ejs.render(template, { m: {}, q: 1, include: 2, locals: 3 }, options)).toBe('13')
  })

  it('makes no global of a name that is written', () => {
    expect(render('<% with ({}) { leaked = 1 } %><%= leaked %>')).toBe('1')
    expect(ejs.render('<% with ({}) { leaked = 1 } %><%= leaked %>')).toBe('1')
    expect(globalThis).not.toHaveProperty('leaked')
  })

  it('gives no name to a function that prints', () => {
    for (const start of ['', 'var ']) {
      const template = `<% with (m) { ${start}f = () => { %><b><% } } %><p title="<% m.f() %>">`
      expect(() => render(template, { m: {} })).toThrow('cannot be given a name within `with`')
    }
  })

  it('prints for the place where it stands', () => {
    const template = '<a href="<% with (m) { %><%= u %><% } %>">'
    expect(render(template, { m: { u: 'javascript:a()' } })).toBe(
      '<a href="about:invalid#refused">',
    )
  })
})

describe('all the data, in the EJS door,', () => {
  describe('is what its names are', () => {
    sameInTheDoor([
      ['<% locals.title = 4 %><%= title %>', () => ({ title: 1 }), 'prints 4'],
      ['<% locals.title = 4 %><%= title %>', () => ({}), 'prints 4'],
      ['<% locals.title = 4 %><%= typeof title %>', () => ({}), 'prints number'],
      ['<% locals["title"] = 4 %><%= title %>', () => ({}), 'prints 4'],
      ['<% locals.title ??= 4 %><%= title %>', () => ({}), 'prints 4'],
      ['<% ({ a: locals.title } = { a: 4 }) %><%= title %>', () => ({}), 'prints 4'],
      ['<% [locals.title] = [4] %><%= title %>', () => ({}), 'prints 4'],
      ['<% for (locals.title of [3, 4]) {} %><%= title %>', () => ({}), 'prints 4'],
      ['<% Object.assign(locals, { title: 4 }) %><%= title %>', () => ({}), 'prints 4'],
      ['<% const l = locals; l.title = 4 %><%= title %>', () => ({}), 'prints 4'],
      ['<% locals.n = 1; n++ %><%= locals.n %>', () => ({}), 'prints 2'],
      ['<% n = 5 %><%= locals.n %>', () => ({ n: 1 }), 'prints 5'],
      ['<% n = 5 %><%= Object.values({ ...locals }) %>', () => ({ n: 1 }), 'prints 5'],
      ['<% var n = 5 %><%= locals.n %>', () => ({ n: 1 }), 'prints 5'],
      ['<% var n = locals.n || 5 %><%= n %>', () => ({ n: 1 }), 'prints 1'],
      ['<% var n = locals.n || 5 %><%= n %>', () => ({}), 'prints 5'],
      ['<% delete locals.n %><%= n %>', () => ({ n: 1 }), 'ReferenceError: n is not defined'],
      ['<% delete n %><%= n %>', () => ({ n: 1 }), 'ReferenceError: n is not defined'],
      ['<% locals.f = 1 %><%= f(1) %>', () => ({}), 'TypeError: f is not a function'],
      ['<% locals.q = 4 %><%= self() %>', () => ({ self, q: 5 }), 'prints 4'],
      ['<% locals.q = 4 %><%= nix %>', () => ({}), 'ReferenceError: nix is not defined'],
      ['<% locals.a = 4; n = 5 %><%= n %>', () => ({ n: 1 }), 'prints 5'],
    ])
  })

  it('keeps what a template writes from its includes and from whoever gave it', () => {
    const data = { title: 1 }
    const options = { includer: () => ({ template: '<%= title %>' }) }
    const template = '<% locals.title = 4; title++ %><%- include("x") %><%- include("x", locals) %>'
    expect(peer.render(template, data, options)).toBe('15')
    expect(ejs.render(template, data, options)).toBe('15')
    const byLocals = '<% locals.title = 4 %><%= locals.title %><%- include("x") %>'
    const strict = { strict: true, includer: () => ({ template: '<%= locals.title %>' }) }
    expect(peer.render(byLocals, data, strict)).toBe('41')
    expect(ejs.render(byLocals, data, strict)).toBe('41')
    expect(data).toEqual({ title: 1 })
  })

  it('makes no global of a name that is written', () => {
    expect(ejs.render('<% locals.a = 1; leaked = 2 %><%= leaked %>')).toBe('2')
    expect(globalThis).not.toHaveProperty('leaked')
  })
})
