import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { bin, tokkyuIn, writes } from './tokkyu.ts'

const modules = path.join(import.meta.dirname, '../../../node_modules')

/** A folder with templates below `views`. */
function project(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-views-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) put(folder, name, text)
  return folder
}

function put(folder: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
  writeFileSync(path.join(folder, name), text)
}

describe('tokkyu views compile', { timeout: 120_000 }, () => {
  it('writes modules, and the second time only what changed and what includes it', async () => {
    const folder = project({
      'views/a.html': '<%- include("b") %>',
      'views/b.html': 'b',
      'views/c.html': 'c',
    })
    const compile = (): ReturnType<typeof tokkyuIn> =>
      tokkyuIn(folder, 'views', 'compile', '--out', 'dist', '--json')
    expect(JSON.parse((await compile()).stdout)).toMatchObject({ kept: 0 })
    put(folder, 'views/b.html', 'B')
    const { stdout, code } = await compile()
    expect(JSON.parse(stdout)).toMatchObject({ written: ['a.html', 'b.html'], kept: 1 })
    expect(code).toBe(0)
  })

  it('ends with 1 and says where when a template does not compile', async () => {
    const folder = project({
      'pages/a.html': '<p>\n<%= b %',
      'pages/c.html': '<%- include("d") %>',
    })
    const { stdout, code } = await tokkyuIn(folder, 'views', 'compile', 'pages', '--out', 'dist')
    expect(stdout).toContain('pages/a.html:2:1')
    expect(stdout).toContain('c.html includes "d", which is not there')
    expect(code).toBe(1)
  })

  it('asks for a folder when none is named', async () => {
    const { stderr, code } = await tokkyuIn(project({}), 'views', 'compile')
    expect(stderr).toContain('--out <folder>')
    expect(code).toBe(2)
    expect((await tokkyuIn(project({}), 'views', 'paint')).code).toBe(2)
  })

  it('writes again at each change when it watches', async () => {
    const folder = project({ 'views/a.html': 'before' })
    const args = ['views', 'compile', '--out', 'dist', '--watch']
    const child = spawn(process.execPath, [bin, ...args], { cwd: folder })
    try {
      await writes(child, '1 written')
      const again = writes(child, '1 written')
      // The watch begins behind the first writing: a change may come before it does.
      const timer = setInterval(() => put(folder, 'views/a.html', `after ${Date.now()}`), 300)
      await again
      clearInterval(timer)
      expect(readFileSync(path.join(folder, 'dist/a.mjs'), 'utf8')).toContain('after')
    } finally {
      child.kill('SIGTERM')
    }
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})

describe('tokkyu views check', { timeout: 120_000 }, () => {
  const declared = '<%# @types\ninterface Data { title: string }\n%>\n'

  it('reports an error at its place in the template, and ends with 1', async () => {
    const folder = project({
      'views/a.html': `${declared}<h1><%= titel %></h1>`,
      'views/b.html': '<%= user.name %>',
    })
    symlinkSync(modules, path.join(folder, 'node_modules'))
    const { stdout, code } = await tokkyuIn(folder, 'views', 'check')
    expect(stdout).toContain('views/a.html:4:9 TS2339')
    expect(stdout).toContain(
      'b.html declares nothing; from its use:\ntype Data = {\n  user: {\n    name?: unknown\n  }\n}',
    )
    expect(code).toBe(1)
  })

  it('ends with 0 when all is well', async () => {
    const folder = project({ 'views/a.html': `${declared}<h1><%= title %></h1>` })
    symlinkSync(modules, path.join(folder, 'node_modules'))
    const { stdout, code } = await tokkyuIn(folder, 'views', 'check', '--json')
    expect(JSON.parse(stdout)).toEqual({ faults: [], typed: ['a.html'], untyped: [] })
    expect(code).toBe(0)
  })

  it('fails without a compiler', async () => {
    const { stderr, code } = await tokkyuIn(project({ 'views/a.html': declared }), 'views', 'check')
    expect(stderr).toContain('the project has no typescript')
    expect(code).toBe(1)
  })
})

describe('tokkyu views audit', { timeout: 120_000 }, () => {
  it('ends with 1 while something raw is neither safe nor accepted, and says where and why', async () => {
    const folder = project({
      'views/page.html': '<%- include("bio", { html: user.bio }) %>',
      'views/bio.html': '<p>\n<%- html %></p>',
    })
    const { stdout, code } = await tokkyuIn(folder, 'views', 'audit')
    expect(stdout).toContain(
      'views/bio.html:2:1 unsafe <%- html %> in text: markup in `html` becomes a part of the page\n' +
        '  by the include at views/page.html:1:5 with html: user.bio\n' +
        '  reached from views/page.html\n',
    )
    expect(stdout).toContain('2 raw outputs: 1 safe, 0 accepted, 1 unsafe')
    expect(code).toBe(1)

    put(folder, 'views/bio.html', '<p><%# @raw the editor cleans it %>\n<%- html %></p>')
    const accepted = await tokkyuIn(folder, 'views', 'audit', '--json')
    const { outputs } = JSON.parse(accepted.stdout) as { outputs: unknown[] }
    expect(outputs[0]).toMatchObject({ verdict: 'accepted', why: 'the editor cleans it' })
    expect(accepted.code).toBe(0)
  })

  it('takes EJS’s templates and its escaping, and functions that are trusted', async () => {
    const folder = project({ 'pages/a.ejs': '<script>let x = "<%= x %>"</script><%- md(y) %>' })
    const args = ['views', 'audit', 'pages', '--extension', '.ejs', '--escape-by', 'html']
    const { stdout, code } = await tokkyuIn(folder, ...args, '--trust', 'md, other')
    expect(stdout).toContain(
      'pages/a.ejs:1:18 unsafe <%= x %> in a double quoted string of <script>',
    )
    expect(stdout).toContain('2 raw outputs: 1 safe, 0 accepted, 1 unsafe')
    expect(code).toBe(1)
  })
})
