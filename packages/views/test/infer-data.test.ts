import { describe, expect, it } from 'vitest'

import { inferData } from '../src/inference/infer-data.ts'
import { DEFAULT_DELIMITERS } from '../src/language/tokenize.ts'
import { readText } from '../src/read-text.ts'

/** The type that a template's use of its data shows, on one line. */
function typeOf(text: string): string {
  const template = readText(
    { name: 'a.html', text },
    { delimiters: DEFAULT_DELIMITERS, rmWhitespace: false, words: 'layout words' },
  )
  return inferData(template, 'locals').type.replace(/\s*\n\s*/g, ' ')
}

describe('what a template wants, by its use of the data', () => {
  it.each([
    ['a name that is printed', '<%= a %>', '{ a: unknown }'],
    ['a path', '<%= a.b.c %>', '{ a: { b: { c?: unknown } } }'],
    [
      'a path in a program',
      '<% f() %><%= a.b.c %>',
      '{ f: ((...given: any[]) => any) a: { b: { c?: unknown } } }',
    ],
    ['a member by its name in quotes', '<%= a["b c"] %>', '{ a: { "b c"?: unknown } }'],
    [
      'a name that is asked for first',
      '<% if (typeof a !== "undefined") { %><%= a.b %><% } %>',
      '{ a?: { b?: unknown } | null | undefined }',
    ],
    ['a value that may be nothing', '<%= a && a.b %>', '{ a: { b?: unknown } | null | undefined }'],
    ['a value behind `?.`', '<%= a?.b %>', '{ a: { b?: unknown } | null | undefined }'],
    [
      'a list that is walked over',
      '<% for (const x of a) { %><%= x.b %><% } %>',
      '{ a: Iterable<{ b?: unknown }> }',
    ],
    [
      'one whose elements are taken apart',
      '<% for (const { b, c = 1 } of a) { %><%= b.d %><% } %>',
      '{ a: Iterable<{ b: { d?: unknown } c?: unknown }> }',
    ],
    [
      'a list by its methods',
      '<%= a.map((x) => x.b).join() %>',
      '{ a: readonly ({ b?: unknown })[] }',
    ],
    ['a list of which nothing is known', '<%= a.join() %>', '{ a: readonly unknown[] }'],
    [
      'a method that may be of anything',
      '<% a.forEach((x) => { %><%= x %><% }) %>',
      '{ a: { forEach: ((...given: any[]) => any) } }',
    ],
    ['a text', '<%= a.trim() %>', '{ a: string }'],
    ['a number', '<%= a.toFixed(2) %>', '{ a: number }'],
    ['a date', '<%= a.b.toISOString() %>', '{ a: { b: Date } }'],
    ['a function', '<%= a(1) %>', '{ a: ((...given: any[]) => any) }'],
    [
      'what is compared with a text',
      '<% if (a === "x") { %>x<% } %>',
      '{ a: string | null | undefined }',
    ],
    [
      'what a `switch` looks at',
      '<% switch (a) { case 1: %>x<% } %>',
      '{ a: number | null | undefined }',
    ],
    ['what contradicts itself', '<%= a.trim() %><%= a.toFixed() %>', '{ a: unknown }'],
    ['another name of it', '<% const x = a.b %><%= x.c %>', '{ a: { b: { c?: unknown } } }'],
    ['all the data', '<%= locals.a %>', '{ a?: unknown }'],
    ['a length, which much has', '<%= a.length %>', '{ a: unknown }'],
    [
      'a name behind what may end the template',
      '<% if (a) return %><%= b.c %>',
      '{ a: unknown b?: { c?: unknown } | null | undefined }',
    ],
    [
      'a name behind a jump in a loop',
      '<% for (const x of a) { if (x) continue %><%= x.b %><% } %><%= c.d %>',
      '{ a: Iterable<{ b?: unknown } | null | undefined> c: { d?: unknown } }',
    ],
    [
      'nothing of its own names',
      '<% const a = 1; function f(b) { return b.c } %><%= a.x %><%= f(1) %>',
      '{}',
    ],
    [
      'nothing of what JavaScript has, and of words',
      '<% block("a", 1) %><%= Math.max(1) %><%- include("b") %>',
      '{}',
    ],
    ['nothing of a name that it only sets', '<% a = 1 %>', '{}'],
  ])('is %s', (_what, text, type) => {
    expect(typeOf(text)).toBe(type)
  })
})
