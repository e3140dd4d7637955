import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync, readFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

import { createEngine, TemplateOptionError, TemplatePlaceError } from '@tokkyu/views'
import { writeModules } from '@tokkyu/views/modules'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'

import { folder } from './folder.ts'
import { data } from './programs/data.ts'
import { programs } from './programs/parts.ts'
import { printProgram, type Style } from './programs/print.ts'

function compiled(files: Record<string, string>): {
  root: string
  out: string
  written: ReturnType<typeof writeModules>
} {
  const root = folder(files)
  const out = mkdtempSync(path.join(tmpdir(), 'modules-'))
  onTestFinished(() => {
    rmSync(root, { recursive: true })
    rmSync(out, { recursive: true })
  })
  return { root, out, written: writeModules(out, { roots: root }) }
}

/** Programs that are looked at; VIEWS_PROGRAMS=100000 looks longer. */
const PROGRAMS = Number(process.env['VIEWS_PROGRAMS'] ?? 200)

/** A page, or the kind of what was thrown. */
async function outcomeOf(render: () => string | Promise<string>): Promise<string> {
  try {
    return await render()
  } catch (error) {
    return `failed: ${(error as Error).name}`
  }
}

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

type Render = (data?: object) => string | Promise<string>

async function load(out: string, name: string): Promise<Render> {
  const file = pathToFileURL(path.join(out, `${name}.mjs`)).href
  return ((await import(/* @vite-ignore */ `${file}?${count++}`)) as { default: Render }).default
}
let count = 0

const files = {
  'page.html':
    '<% layout("main", { title: "T" }) %><% block("head", () => { %><meta name="a" content="<%= a %>"><% }) %>' +
    '<p title=<%= a %>>x</p><%- include("parts/row", { a: [a] }) %><%- include("parts/" + which) %>',
  'main.html': '<html><% block("head") %><h1><%= title %></h1><% block("body") %></html>',
  'parts/row.html': '<b><%= a %></b>',
  'parts/raw.html': '<i><%- a %></i>',
  'later.html': '<p><%= await a %></p><%- include("parts/row", { a: 1 }) %>',
  'holds-later.html': '<%- include("later") %>!',
  'framed-later.html': '<% layout("frame") %><p><%- include("later") %></p>',
  'frame.html': '<body><%- block("body") %></body>',
  'tree.html':
    '<%= name %><% for (const each of children) { %>(<%- include("tree", each) %>)<% } %>',
  'pagelets.html': '<% pagelet("x", a, (given) => { %><b><%= given %></b><% }) %>',
}
const given = { a: '"<&', which: 'raw', name: 'r', children: [{ name: 'c', children: [] }] }

describe('a template written as a module', () => {
  it('prints what the engine prints, with layouts, blocks, includes, awaits and pagelets', async () => {
    const { root, out, written } = compiled(files)
    expect(written.failures).toEqual([])
    const engine = createEngine({ roots: root })
    const served = createEngine({ compiled: out, roots: root })
    for (const file of Object.keys(files)) {
      const name = file.slice(0, -'.html'.length)
      const locals = {
        ...given,
        a: name.includes('later') ? Promise.resolve('x') : given.a,
        title: 't',
      }
      const expected = await engine.render(name, locals)
      expect(await (await load(out, name))(locals)).toBe(expected)
      expect(await served.render(name, locals)).toBe(expected)
      expect(await textOf(served.stream(name, locals))).toBe(
        await textOf(engine.stream(name, locals)),
      )
    }
  })

  it('prints what the engine prints, whatever its program does', { timeout: 120_000 }, async () => {
    const root = folder({ 'part.html': '(<% for (const x of [p]) { %><%= x %><% } %>)' })
    const out = mkdtempSync(path.join(tmpdir(), 'modules-'))
    onTestFinished(() => {
      rmSync(root, { recursive: true })
      rmSync(out, { recursive: true })
    })
    const engine = createEngine({ roots: root, cache: false, strict: true })
    const style = fc.record<Style>({
      ends: fc.constantFrom('semicolons', 'lines', 'both'),
      tags: fc.constantFrom('one', 'many'),
      isAsync: fc.boolean(),
    })
    let pages = 0
    const property = fc.asyncProperty(programs, style, async (program, how) => {
      writeFileSync(path.join(root, 'page.html'), printProgram(program, how))
      const whole = await outcomeOf(() => engine.render('page', data()))
      const { failures } = writeModules(out, { roots: root })
      if (failures.length > 0 && whole.startsWith('failed: ')) return
      expect(failures).toEqual([])
      const render = await load(out, 'page')
      expect(await outcomeOf(() => render(data()))).toBe(whole)
      const served = createEngine({ compiled: out })
      expect(await outcomeOf(() => served.render('page', data()))).toBe(whole)
      if (!whole.startsWith('failed: ')) pages++
    })
    await fc.assert(property, { seed: 17, numRuns: PROGRAMS })
    expect(pages).toBeGreaterThan(PROGRAMS / 2)
  })

  it('runs where no text becomes code, in a worker, from a folder where nothing else is', () => {
    const { out } = compiled(files)
    const program = `
      import { Worker, isMainThread, parentPort } from 'node:worker_threads'
      import render from './parts/raw.mjs'
      import page from './page.mjs'
      if (isMainThread) new Worker(new URL(import.meta.url)).on('message', (text) => console.log(text))
      else parentPort.postMessage(render({ a: '<b>x</b>' }) + page(${JSON.stringify(given)}).length)
      try { new Function('return 1') } catch (error) { console.log(error.name) }`
    writeFileSync(path.join(out, 'start.mjs'), program)
    const argv = ['--disallow-code-generation-from-strings', path.join(out, 'start.mjs')]
    const said = execFileSync(process.execPath, argv, { encoding: 'utf8' })
    expect(said.split('\n').filter((line) => line.includes('EvalError')).length).toBeGreaterThan(0)
    expect(said).toContain('<i><b>x</b></i>')
  })

  it('imports nothing but the runtime and what it includes, and of the runtime what it uses', () => {
    const { out } = compiled(files)
    const importsOf = (name: string): string[] =>
      readFileSync(path.join(out, name), 'utf8').match(/^import.*$/gm) ?? []
    expect(importsOf('_views/runtime.mjs')).toEqual([])
    expect(importsOf('parts/row.mjs')).toEqual([
      'import{page,template}from "../_views/runtime.mjs"',
    ])
    expect(importsOf('later.mjs')).toEqual([
      'import{page,template}from "./_views/runtime.mjs"',
      'import{template as t0}from "./parts/row.mjs"',
    ])
  })

  it('refuses raw text that leaves its place', async () => {
    const { out } = compiled({
      'a.html': '<a href="<%- url %>">x</a>',
      'b.html': '<p><%- html %></p>',
    })
    const href = await load(out, 'a')
    expect(href({ url: '/x?a=1&amp;b=2' })).toBe('<a href="/x?a=1&amp;b=2">x</a>')
    for (const url of [
      '"><script>',
      'javascript&colon;alert(1)',
      'java&Tab;script:alert(1)',
      '&#106;avascript:x',
    ]) {
      expect(() => href({ url })).toThrow(/a\.html:1:\d+\n[^]*\n\nCannot print this raw/)
    }
    const text = await load(out, 'b')
    expect(() => text({ html: '<script>' })).toThrow(/Cannot print this raw/)
  })

  it('says where an error was thrown, and on which way', async () => {
    const { out, root } = compiled({
      'page.html': '<p>\n<%- include("part") %>',
      'part.html': '\n\n<%= user.name %>',
    })
    const render = await load(out, 'page')
    const part = path.relative('', path.join(root, 'part.html'))
    const frame = '  1 |\n  2 |\n> 3 | <%= user.name %>\n    |     ^^^^^^^^^'
    expect(() => render({})).toThrow(
      `${part}:3:5\n${frame}\n\nuser is not defined\n    included from `,
    )
    const error = thrownBy(() => render({}))
    expect(error).toMatchObject({ name: 'ReferenceError', line: 3, column: 5, frame })
    expect((error as Error).stack).toContain(`ReferenceError: ${part}:3:5\n${frame}`)
  })

  it('has no text of its template where no source maps are wanted, and says the place alone', async () => {
    const { out, root } = compiled({ 'page.html': '\n<%# secret %><%= user.name %>' })
    writeModules(out, { roots: root, sourceMaps: false })
    expect(existsSync(path.join(out, 'page.mjs.map'))).toBe(false)
    const text = readFileSync(path.join(out, 'page.mjs'), 'utf8')
    expect(text).not.toContain('secret')
    expect(text).not.toContain('sourceMappingURL')
    const render = await load(out, 'page')
    expect(() => render({})).toThrow(/page\.html:2:18\n\nuser is not defined$/)
  })

  it('cannot be one that uses `with`, and says where', () => {
    const { written } = compiled({ 'a.html': 'x\n<% with (a) { %><%= b %><% } %>' })
    expect(written.failures).toMatchObject([{ code: 'TEMPLATE_SYNTAX', line: 2, column: 4 }])
    expect(written.failures[0]?.reason).toMatch(/^This cannot be an ES module: /)
  })

  it('is missing one that it includes only when that is reached', async () => {
    const { out, written } = compiled({ 'a.html': '<% if (x) { %><%- include("none") %><% } %>ok' })
    expect(written.missing).toEqual([{ template: 'a.html', name: 'none' }])
    const render = await load(out, 'a')
    expect(render({ x: false })).toBe('ok')
    expect(() => render({ x: true })).toThrow('Could not find the template "none"')
  })
})

describe('templates written again', () => {
  it('are those that changed and those that include them', async () => {
    const { root, out } = compiled({
      'a.html': 'a<%- include("b") %>',
      'b.html': 'b<%- include("c") %>',
      'c.html': 'c',
      'd.html': 'd',
    })
    expect(writeModules(out, { roots: root })).toMatchObject({ written: [], kept: 4 })
    writeFileSync(path.join(root, 'b.html'), 'B<%- include("c") %>')
    expect(writeModules(out, { roots: root }).written.toSorted()).toEqual(['a.html', 'b.html'])
    expect(createEngine({ compiled: out }).render('a')).toBe('aBc')
    expect(await (await load(out, 'a'))()).toBe('aBc')
  })

  it('know that one which is included has begun to wait', async () => {
    const { root, out } = compiled({ 'a.html': '<%- include("b") %>', 'b.html': 'b' })
    writeFileSync(path.join(root, 'b.html'), '<%= await 1 %>')
    writeModules(out, { roots: root })
    expect(await createEngine({ compiled: out }).render('a')).toBe('1')
  })

  it('know that one has ceased to wait', async () => {
    const { root, out } = compiled({ 'a.html': '<%= await 1 %>' })
    const streamed = path.join(out, '_views/streamed/a.html.cjs')
    expect(existsSync(streamed)).toBe(true)
    writeFileSync(path.join(root, 'a.html'), '<%= 2 %>')
    writeModules(out, { roots: root })
    expect(existsSync(streamed)).toBe(false)
    expect(await textOf(createEngine({ compiled: out }).stream('a'))).toBe('2')
  })

  it('lose the modules of files that are gone, and find one that has come', () => {
    const { root, out } = compiled({ 'a.html': '<%- include("x/b") %>', 'c.html': 'c' })
    expect(() => createEngine({ compiled: out }).render('a')).toThrow('Could not find')
    rmSync(path.join(root, 'c.html'))
    mkdirSync(path.join(root, 'x'))
    writeFileSync(path.join(root, 'x/b.html'), 'b')
    const { written, removed } = writeModules(out, { roots: root })
    expect(written.toSorted()).toEqual(['a.html', 'x/b.html'])
    expect(removed).toEqual(['c.html'])
    expect(existsSync(path.join(out, 'c.mjs'))).toBe(false)
    expect(createEngine({ compiled: out }).render('a')).toBe('b')
  })

  it('are all written when an option says something else', () => {
    const { root, out } = compiled({ 'a.html': '<a title=<%= x %>>' })
    expect(writeModules(out, { roots: root, escapeBy: 'html' }).written).toEqual(['a.html'])
  })
})

describe('an engine over compiled templates', () => {
  it('shows the lines around an error, and names its own classes', () => {
    const { root, out } = compiled({ 'a.html': '<p>\n<%- raw %></p>' })
    const engine = createEngine({ compiled: out, roots: root })
    const error = thrownBy(() => engine.render('a', { raw: '</p><script>' }))
    expect(error).toBeInstanceOf(TemplatePlaceError)
    expect(error).toMatchObject({ line: 2, frame: expect.stringContaining('> 2 | <%- raw %></p>') })
  })

  it('gives templates its helpers', () => {
    const { out } = compiled({ 'a.html': '<%= money(2) %><%= unit %>' })
    const helpers = { money: (n: number) => `${n}.00`, unit: 'EUR' }
    expect(createEngine({ compiled: out, helpers }).render('a')).toBe('2.00EUR')
    expect(() => createEngine({ compiled: out }).render('a')).toThrow('money is not defined')
  })

  it('lets them import modules, as the engine does', async () => {
    const { out } = compiled({ 'a.html': '<%= (await import("node:path")).posix.sep %>' })
    const engine = createEngine({ compiled: out })
    expect(await engine.render('a')).toBe('/')
    expect(await textOf(engine.stream('a'))).toBe('/')
  })

  it('renders the file that Express has found', async () => {
    const { root, out } = compiled({ 'x/a.html': '<%= b %>' })
    const engine = createEngine({ compiled: out, roots: root })
    expect(await engine.renderFile(path.join(root, 'x/a.html'), { b: 1 })).toBe('1')
    await expect(engine.renderFile(path.join(root, '../a.html'))).rejects.toThrow('Refused')
    await expect(engine.renderFile(path.join(root, 'b.html'))).rejects.toThrow('Could not find')
  })

  it('serves what was compiled last when it is told to forget', () => {
    const { root, out } = compiled({ 'a.html': 'before' })
    const engine = createEngine({ compiled: out, roots: root })
    expect(engine.render('a')).toBe('before')
    writeFileSync(path.join(root, 'a.html'), 'after')
    writeModules(out, { roots: root })
    expect(engine.render('a')).toBe('before')
    engine.clearCache()
    expect(engine.render('a')).toBe('after')
  })

  it('is not made over a folder that has none', () => {
    expect(() => createEngine({ compiled: tmpdir() })).toThrow(TemplateOptionError)
    expect(() => createEngine({ compiled: '' })).toThrow('Cannot use `compiled`')
  })
})
