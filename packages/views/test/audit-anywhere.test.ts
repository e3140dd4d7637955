import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { createEngine } from '@tokkyu/views'
import { auditViews } from '@tokkyu/views/modules'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'

import { folder } from './folder.ts'

const HOSTILE = '<owned>'
/** Programs that are looked at; VIEWS_PROGRAMS=20000 looks longer. */
const PROGRAMS = Number(process.env['VIEWS_PROGRAMS'] ?? 200)

const NAMES = ['a', 'b', 'c']
const name = fc.constantFrom(...NAMES)

/** Expressions of all kinds that an audit looks into, and of some that it does not. */
const { expression } = fc.letrec<{ expression: string; list: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: fc.constantFrom('"text"', '`text`', '7', 'include("part")') },
    { weight: 2, arbitrary: fc.constantFrom('x', 'locals.x', 'user.name') },
    { weight: 6, arbitrary: name },
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} + ${b})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(on ? ${a} : ${b})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('||', '&&', '??'), tie('expression'))
      .map(([a, sign, b]) => `((${a}) ${sign} (${b}))`),
    tie('expression').map((a) => `\`<i>\${${a}}</i>\``),
    tie('expression').map((a) => `({ p: ${a} }).p`),
    tie('expression').map((a) => `String(${a}).trim()`),
    tie('expression').map((a) => `(() => ${a})()`),
    tie('expression').map((a) => `((y = ${a}) => y)()`),
    tie('expression').map((a) => `(0, ${a})`),
    tie('list').map((a) => `${a}.join("")`),
    tie('list').map((a) => `${a}[0]`),
    fc.tuple(tie('list'), tie('expression')).map(([a, b]) => `${a}.map((y) => ${b}).join("")`),
    fc.tuple(tie('list'), name).map(([a, y]) => `${a}.map((${y}) => ${y}).join("")`),
    name.map((a) => `${a}.p`),
    name.map((a) => `${a}?.[0]`),
    name.map((a) => `(typeof ${a} === "function" ? ${a}("t") : "")`),
  ),
  list: fc.oneof(
    { depthSize: 'small' },
    fc.array(tie('expression'), { minLength: 1, maxLength: 3 }).map((all) => `[${all.join(', ')}]`),
    tie('expression').map((a) => `[...[${a}]]`),
    tie('expression').map((a) => `[${a}].concat(${a})`),
    name.map((a) => `[].concat(${a})`),
  ),
}))

/** What the variables are at first: nothing of it is data. */
const START = 'var a = "t", b = ["t"], c = { p: "t" }'

/** What is put somewhere, and what is looked at then: mostly what shows whether the audit saw that. */
const value = fc.oneof(expression, fc.constant('x'))
const read = fc.oneof(
  expression,
  fc.constantFrom('a', 'b', 'c', 'a.p', 'b.p', 'c.p', 'a[0]', 'b[0]', 'b.join("")'),
)

const statement = fc.oneof(
  fc.tuple(name, value).map(([a, b]) => `var ${a} = ${b}`),
  fc.tuple(name, value).map(([a, b]) => `var ${a} = { p: ${b} }`),
  fc.tuple(name, value).map(([a, b]) => `var ${a} = [${b}]`),
  fc.tuple(name, value).map(([a, b]) => `var { p: ${a} = "d" } = { p: ${b} }`),
  fc.tuple(name, value).map(([a, b]) => `var [${a}] = [${b}]`),
  fc.tuple(name, value).map(([a, b]) => `var ${a} = (y) => ${b}`),
  fc.tuple(name, value).map(([a, b]) => `${a} = ${b}`),
  fc.tuple(name, value).map(([a, b]) => `${a} += ${b}`),
  fc.tuple(name, value).map(([a, b]) => `if (${a}) ${a}.p = ${b}`),
  fc.tuple(name, value).map(([a, b]) => `if (Array.isArray(${a})) ${a}.push(${b})`),
  fc.tuple(name, value).map(([a, b]) => `if (${a}) Object.assign(Object(${a}), { p: ${b} })`),
  fc
    .tuple(name, name, expression)
    .map(([a, b, c]) => `if (${a}) { const ${b} = ${a}; ${b}.p = ${c} }`),
  fc.tuple(name, value).map(([a, b]) => `for (${a} of [${b}]);`),
)

const part = fc.oneof(
  read.map((a) => `<p><%- ${a} %></p>`),
  fc
    .tuple(name, value, read)
    .map(([a, b, c]) => `<% for (const ${a} of [${b}]) { %><%- ${c} %><% } %>`),
  fc
    .tuple(name, value, read)
    .map(([a, b, c]) => `<% [${b}].forEach((${a}) => { %><%- ${c} %><% }) %>`),
  fc
    .tuple(name, expression)
    .map(([a, b]) => `<% try { throw ${b} } catch (${a}) { %><%- ${a} %><% } %>`),
)

describe('an audit of any program', () => {
  it('calls nothing safe that prints data as it is', { timeout: 120_000 }, () => {
    const root = folder({ 'part.html': '<b><%= x %></b>' })
    onTestFinished(() => rmSync(root, { recursive: true }))
    const options = { roots: root, escapeBy: 'html', cache: false } as const
    const engine = createEngine(options)
    const data = {
      x: HOSTILE,
      user: { name: HOSTILE },
      on: true,
      a: HOSTILE,
      b: [HOSTILE],
      c: { p: HOSTILE },
    }
    let safe = 0
    let attacked = 0
    const program = fc.tuple(fc.array(statement, { maxLength: 3 }), part)
    const property = fc.property(program, fc.boolean(), ([statements, tags], isOn) => {
      writeFileSync(path.join(root, 'page.html'), `<% ${START}\n${statements.join('\n')} %>${tags}`)
      let page = ''
      try {
        page = engine.render('page', { ...data, on: isOn }) as string
      } catch {
        return // it does not compile, or it fails
      }
      const { outputs } = auditViews(options)
      const own = outputs.filter((each) => each.path.endsWith('page.html'))
      const isUnsafe = own.some((each) => each.verdict === 'unsafe')
      if (!isUnsafe) safe++
      if (!page.includes(HOSTILE)) return
      attacked++
      expect(isUnsafe).toBe(true)
    })
    fc.assert(property, { seed: 17, numRuns: PROGRAMS })
    expect(safe).toBeGreaterThan(PROGRAMS / 20)
    expect(attacked).toBeGreaterThan(PROGRAMS / 10)
  })
})
