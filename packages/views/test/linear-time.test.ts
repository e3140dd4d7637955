import { describe, expect, it } from 'vitest'

import { analyse, outside } from '../src/language/analyse.ts'
import { TEXT } from '../src/contexts/context.ts'
import { generate } from '../src/output/generate.ts'
import type { Link } from '../src/output/program.ts'
import { NO_LAYOUT } from '../src/transforms/layout-blocks.ts'
import { parse } from '../src/language/parse.ts'
import { DEFAULT_DELIMITERS, tokenize } from '../src/language/tokenize.ts'
import { escapeByContext } from '../src/transforms/escape-by-context.ts'
import { joinText } from '../src/transforms/join-text.ts'

const PARTS = 2000

/** How often what a list holds was read. */
class Reads {
  count = 0

  of<T>(list: readonly T[]): readonly T[] {
    return this.counted(list, (key) => /^\d/.test(key))
  }

  ofProperties<T extends object>(list: readonly T[]): readonly T[] {
    return list.map((each) => this.counted(each, () => true))
  }

  private counted<T extends object>(of: T, counts: (key: string) => boolean): T {
    return new Proxy(of, {
      get: (target, key, receiver): unknown => {
        if (typeof key === 'string' && counts(key)) this.count++
        return Reflect.get(target, key, receiver)
      },
    })
  }
}

/** Compiles a template, counting how often the lists that grow with it are read. */
function readsOf(text: string): number {
  const reads = new Reads()
  const source = { name: 'page.html', text }
  const nodes = joinText(parse(source, tokenize(source), DEFAULT_DELIMITERS), text)
  const read = analyse(source, reads.ofProperties(nodes), 'layout words')
  const includes = reads.of(read.includes)
  const template = { ...read, includes, words: reads.of(read.words) }
  const contexts = escapeByContext(template, TEXT)
  const links = read.includes.map((include): Link => ({ include, target: {}, awaits: false }))
  generate(template, {
    layouts: [],
    contexts,
    links: reads.of(links),
    blocks: NO_LAYOUT,
    localsName: 'locals',
    bindNames: true,
    sharesLocals: false,
    strict: false,
    isAsync: false,
    trackPlace: true,
    helpers: new Set(),
    outputFunctionName: undefined,
    destructured: undefined,
    file: undefined,
    sourceMaps: false,
    forBrowser: false,
  })
  return reads.count
}

describe('a template of 2,000 parts', () => {
  it.each<[string, (i: number) => string]>([
    ['values', () => '<p><%= x %></p>'],
    ['calls', () => '<p><%= f(x) %></p>'],
    ['branches', () => '<% if (x) { %><p><%= x %></p><% } %>'],
    ['callbacks that print', () => '<% list.forEach((x) => { %><p><%= x %></p><% }) %>'],
    ['callbacks that do not', () => '<% f((x) => x) %>.'],
    [
      'functions that call the one behind them',
      (i) => `<% function f${i}() { ${i < PARTS - 1 ? `f${i + 1}()` : '%>.<%'} } %>`,
    ],
    ['includes', () => "<p><%- include('part') %></p>"],
    ['blocks', (i) => `<p><%- block('b${i}') %></p>`],
    ['tries', () => '<% try { f() } finally { g() } %>.'],
  ])(
    'reads its lists a number of times that does not grow with it: %s',
    { timeout: 60_000 },
    (_name, part) => {
      const text = Array.from({ length: PARTS }, (_, i) => part(i)).join('')
      expect(readsOf(text)).toBeLessThan(400 * PARTS)
    },
  )

  it('finds what its comments hide in one pass over them', () => {
    const reads = new Reads()
    const spans = Array.from({ length: PARTS }, (_, i) => ({ start: 10 * i, end: 10 * i + 5 }))
    const nodes = spans.flatMap(({ start }) => [
      { type: 'text' as const, value: 'a', start: start + 1, end: start + 2 },
      { type: 'text' as const, value: 'b', start: start + 6, end: start + 7 },
    ])
    const live = outside(reads.of(spans), nodes)
    expect(live.map(({ start }) => start % 10)).toEqual(spans.map(() => 6))
    expect(reads.count).toBeLessThan(20 * PARTS)
  })
})
