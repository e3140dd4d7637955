import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import peer from 'ejs'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'

import { createEngine } from '@tokkyu/views'
import ejs from '@tokkyu/views/ejs'

import { folder } from './folder.ts'

/** What a template prints or what it says went wrong, in one line. */
function outcome(rendering: () => unknown): string {
  try {
    return `prints ${String(rendering())}`
  } catch (thrown) {
    const { name, message } = thrown as Error
    const said = message.split('\n').findLast((line) => line !== '') ?? ''
    return `${name}: ${said.replace(/; did you mean .*\?$/, '')}`
  }
}

interface Data extends Record<string, unknown> {
  readonly log: unknown[]
}

/** A value of each kind; `nix` is the name that is nowhere. */
function data(): Data {
  const log: unknown[] = []
  function f(this: unknown, ...args: unknown[]): unknown {
    log.push(
      this === undefined || typeof this !== 'object' ? 'plain' : Object.keys(this as object).length,
      args.length,
    )
    return args[0]
  }
  return { log, f, o: { g: f, p: { q: 1 }, list: [1, 2] }, n: 3, u: undefined, z: null, list: [4] }
}

/** A text with parts that are chosen. */
function t(parts: TemplateStringsArray, ...values: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...values).map((texts) => String.raw({ raw: parts }, ...texts))
}

const { expression, statement } = fc.letrec<{
  expression: string
  chain: string
  statement: string
}>((tie) => {
  const e = tie('expression')
  const chain = tie('chain')
  const name = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('f', 'o', 'n', 'u', 'z', 'list') },
    { weight: 1, arbitrary: fc.constant('nix') },
  )
  const written = fc.constantFrom('n', 'u', 'z')
  const key = fc.constantFrom('g', 'p', 'list', 'missing')
  return {
    chain: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      name,
      t`${chain}.${key}`,
      t`${chain}?.${key}`,
      t`${chain}[${e}]`,
      t`${chain}(${e})`,
      t`${chain}(${e}, ${e})`,
      t`${chain}(...${e})`,
      t`${chain}?.(${e})`,
      t`(${e})`,
    ),
    expression: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      chain,
      chain,
      fc.constantFrom('1', '"s"', 'typeof nix', 'typeof u', 'this.nothing'),
      t`new ${name}(${e})`,
      t`new ${name}.${key}()`,
      t`${name}\`a\${${e}}\``,
      t`[${e}, ...${e}]`,
      t`{ a: ${e}, ...${e} }`.map((text) => `(${text})`),
      name.map((text) => `({ ${text} })`),
      t`(${e} + ${e})`,
      t`(${e} || ${e})`,
      t`(${e} && ${e})`,
      t`(${e} ?? ${e})`,
      t`(${e} ? ${e} : ${e})`,
      t`(${e}, ${e})`,
      t`\`\${${e}}\``,
      t`(${written} = ${e})`,
      t`(${written} += ${e})`,
      t`(${written} ??= ${e})`,
      t`(${e} in ${e})`,
      t`(() => ${e})()`,
      t`(({ a = ${e} }) => a)(${e})`,
    ),
    statement: fc.oneof(
      e.map((text) => `;${text};`),
      t`const { a } = ${e};`,
      t`const [a] = ${e};`,
      t`var b = ${e}, { c, ...d } = ${e};`,
      t`let a; ({ a } = ${e});`,
      t`let a; [a] = ${e};`,
      t`for (const a of ${e}) log.push(a);`,
      t`if (${e}) for (const a of ${e}) log.push(a);`,
      t`for (const a in ${e}) log.push(a);`,
      t`switch (${e}) { case ${e}: log.push(1) }`,
      t`try { ${e} } catch (e) { log.push(e.message) }`,
      t`class A extends ${name} {}`,
      // Not within an expression: `x++` is quoted with the check before it.
      t`log.push(${written}++);`,
      t`--${written};`,
      t`log.push(!${chain});`,
      t`throw Error("e" + ${e});`,
    ),
  }
})

/** Names are variables; or what the data has, in the door; or in the engine too. */
const scope = fc.constantFrom('', '', '<% locals.n = 3 %>', '<% with ({}) {} %>')

describe('any program', () => {
  const template = fc
    .tuple(scope, statement, expression)
    .map(([before, first, last]) => `${before}<% { ${first} } %><%= ${last} %>`)

  it('prints, does and says what it does in EJS', { timeout: 120_000 }, () => {
    const root = folder({})
    onTestFinished(() => rmSync(root, { recursive: true }))
    const engine = createEngine({ roots: root, cache: false, sourceMaps: false, escapeBy: 'html' })
    fc.assert(
      fc.property(template, (text) => {
        writeFileSync(path.join(root, 'page.html'), text)
        const [theirs, door, ours] = [data(), data(), data()]
        const expected = outcome(() => peer.render(text, theirs))
        expect(outcome(() => ejs.render(text, door))).toBe(expected)
        expect(door.log).toEqual(theirs.log)
        expect(outcome(() => engine.render('page', ours))).toBe(
          expected.replaceAll('&#34;', '&quot;').replaceAll('&#39;', '&#x27;'),
        )
        expect(ours.log).toEqual(theirs.log)
      }),
      { seed: 19, numRuns: 200 },
    )
  })
})
