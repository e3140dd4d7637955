import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { createEngine } from '@tokkyu/views'

import { engineOver, folder } from './folder.ts'
import { data } from './programs/data.ts'
import { programs } from './programs/parts.ts'
import { printProgram, type Style } from './programs/print.ts'

/** Programs that are looked at; VIEWS_PROGRAMS=100000 looks longer. */
const PROGRAMS = Number(process.env['VIEWS_PROGRAMS'] ?? 400)

/** A page, or the message of what was thrown. */
async function outcomeOf(render: () => string | Promise<string>): Promise<string> {
  try {
    return await render()
  } catch (error) {
    return `failed: ${String(error)}`
  }
}

/** In which place an error is found differs where it is thrown by what was waited for. */
function reasonOf(outcome: string): string {
  return outcome.startsWith('failed: ') ? (outcome.split('\n\n').at(-1) ?? '') : outcome
}

function given(): object {
  return { list: [1, 2, 3], slow: Promise.resolve('slow'), two: 2 }
}

describe('a streamed page is what the page is when it is rendered at once', () => {
  it('whatever its program does', { timeout: 120_000 }, async () => {
    const root = folder({
      'part.html': '(<% for (const x of [await p]) { %><%= x %><% } %>)',
      'frame.html': '<main><%- block("body") %></main>',
    })
    const engine = createEngine({ roots: root, cache: false })
    const style = fc.record<Style>({
      ends: fc.constantFrom('semicolons', 'lines', 'both'),
      tags: fc.constantFrom('one', 'many'),
      isAsync: fc.boolean(),
    })
    let pages = 0
    const property = fc.asyncProperty(
      programs,
      style,
      fc.boolean(),
      async (program, how, isFramed) => {
        const layout = isFramed ? '<% layout("frame") %>' : ''
        writeFileSync(path.join(root, 'page.html'), layout + printProgram(program, how))
        const whole = await outcomeOf(() => engine.render('page', data()))
        const streamed = await outcomeOf(() => text(engine.stream('page', data())))
        expect(reasonOf(streamed)).toBe(reasonOf(whole))
        if (!whole.startsWith('failed: ')) pages++
      },
    )
    try {
      await fc.assert(property, { seed: 17, numRuns: PROGRAMS })
    } finally {
      rmSync(root, { recursive: true })
    }
    expect(pages).toBeGreaterThan(PROGRAMS / 2)
  })

  const frame =
    '<!doctype html><title><%- block("title", "none") %></title><% for (const x of list) { %><%= x %><% } %>' +
    '<body><%- block("body") %><aside><%= await slow %></aside><% block("end", () => { %>nothing<% }) %></body>'
  const part = '<b><% for (const x of list) { %><%= x %>,<% } %></b>'
  const waits = '<i><%= await slow %></i>'
  it.each([
    ['a layout', '<% layout("frame") %><p>body</p>'],
    ['a layout that waits, of a page that waits', '<% layout("frame") %><p><%= await slow %></p>'],
    ['a layout with data', '<% layout("frame", { list: [7] }) %><p>body</p>'],
    ['a layout of a computed name', '<% const f = "frame"; layout(f) %><p><%= await slow %></p>'],
    [
      'a layout, of a page that includes what waits',
      '<% layout("frame") %>a<%- include("waits") %>b',
    ],
    [
      'a layout, of a page that includes what is long',
      '<% layout("frame") %>a<%- include("long") %>b',
    ],
    [
      'a layout, of a page that includes one with a layout',
      '<% layout("frame") %>a<%- include("framed") %>b<%- include("waits") %>',
    ],
    ['a layout chosen late', '<p><%= await slow %></p><% layout("frame") %>'],
    ['a layout not chosen', '<p><%= await slow %></p><% if (false) layout("frame") %>'],
    ['blocks', '<% layout("frame") %><% block("title", "mine") %><% append("end", "x") %>'],
    [
      'a block that waits',
      '<% layout("frame") %><% block("title", async () => { %>a<%= await slow %><% }) %>b',
    ],
    ['a block of its own', '<p><% block("own", () => { %>own<% }) %></p>'],
    ['a block of its own that waits', 'a<% block("x", async () => { %>b<%= await slow %><% }) %>c'],
    ['an include', 'a<%- include("part") %>b'],
    ['an include with data', 'a<%- include("part", { list: [8, 9] }) %>b'],
    ['an include that waits', 'a<%- include("waits") %>b'],
    ['an include that is awaited', 'a<%- await include("waits") %>b'],
    ['an include whose text is used', '<% const x = await include("waits") %>a<%- x %>b'],
    ['an include of a computed name', '<% const w = "waits" %>a<%- await include(w) %>b'],
    ['an include of a page with a layout', 'a<%- include("framed") %>b'],
    [
      'includes in a loop',
      '<% for (const x of list) { %><%- include("part", { list: [x] }) %><% } %>',
    ],
    ['an include in a function', '<% list.forEach((x) => { %><%- include("part") %><% }) %>'],
    ['a template that includes itself', '<%- include("tree", { node: [[[], []], []] }) %>'],
    ['a `return` in the middle', 'a<% if (await slow) return %>b'],
    ['a `return` with a value', 'a<% if (await slow) return 7 %>b'],
    [
      'a loop with labels',
      '<% outer: for await (const x of list) { for (const y of list) { if (y > x) continue outer; %><%= x %>-<%= y %> <% } } %>',
    ],
    [
      'a `for await` that is left',
      '<% for await (const x of list) { if (x === 2) break %><%= x %><% } %>',
    ],
    [
      'a `for await` with a pattern',
      '<% for await (const { x = 1, length = x } of list) { %><%= length %><% } %>',
    ],
    ['a `for await` over promises', '<% for await (const x of [slow, slow]) { %><%= x %><% } %>'],
    [
      'a `for await` with comments',
      '<% for /* a */ await // b\n (const x of list) { %><%= x %><% } %>',
    ],
    ['a `do` loop', '<% let i = 0; do { %><%= await i %><% } while (++i < 3) %>'],
    ['an await in a condition', '<% if (await slow) { %>a<% } else { %>b<% } %>'],
    ['an await in an argument', '<%= String(await slow, await slow) %>'],
    ['an await of an await', '<%= await await slow %>'],
    ['an await across lines', '<%= await\n/* c */ slow // d\n %>'],
    ['a power', '<%= (await two) ** (await two) %>'],
    ['functions that print', '<% function f(x) { %><i><%= x %></i><% } f(await slow); f(2) %>'],
    [
      'an asynchronous function',
      '<% const f = async (x) => { %><i><%= await x %></i><% }; await f(slow) %>b',
    ],
    [
      'several at once',
      '<% await Promise.all(list.map(async (x) => { %><i><%= await x %></i><% })) %>b',
    ],
    [
      'a missing include that is not reached',
      'a<%= await slow %><% if (false) { %><%- include("no") %><% } %>',
    ],
    ['a missing include that is reached', 'a<%= await slow %><%- include("no") %>'],
    ['an `await` of nothing', '<% await null %>a<% await undefined %>b'],
  ])('with %s', async (what, page) => {
    const tree =
      '<ul><% for (const each of node) { %><li><%- include("tree", { node: each }) %></li><% } %></ul>'
    const framed = '<% layout("frame") %>framed'
    const long = '<% for (let i = 0; i < 5000; i++) { %><i><%= i %></i><% } %>'
    const files = { page, frame, part, waits, tree, framed, long }
    const engine = engineOver(
      Object.fromEntries(Object.entries(files).map(([name, file]) => [`${name}.html`, file])),
    )
    const whole = await outcomeOf(() => engine.render('page', given()))
    const streamed = await outcomeOf(() => text(engine.stream('page', given())))
    expect(whole.startsWith('failed: ')).toBe(what === 'a missing include that is reached')
    expect(streamed).toBe(whole)
  })
})
