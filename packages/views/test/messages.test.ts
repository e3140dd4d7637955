import peer from 'ejs'
import { describe, expect, it } from 'vitest'

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
