import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { SourceMap, type SourceMapping } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { TemplateNotFoundError, TemplateSyntaxError } from '@tokkyu/views'
import { compileModule, writeModules } from '@tokkyu/views/modules'
import { describe, expect, it, onTestFinished } from 'vitest'

import { folder } from './folder.ts'

function views(files: Record<string, string>): string {
  const root = folder(files)
  onTestFinished(() => rmSync(root, { recursive: true }))
  return root
}

function outFolder(): string {
  const out = mkdtempSync(path.join(tmpdir(), 'modules-'))
  onTestFinished(() => rmSync(out, { recursive: true }))
  return out
}

/** The stack of an error that a module of the folder throws in a process of its own. */
function stackOf(out: string, program: string): string {
  writeFileSync(path.join(out, 'start.mjs'), program)
  const argv = ['--enable-source-maps', path.join(out, 'start.mjs')]
  return execFileSync(process.execPath, argv, { encoding: 'utf8' })
}

describe('the source map of a module', () => {
  it('has a stack name the lines of the templates, also through includes, layouts and awaits', () => {
    const root = views({
      'page.html': '<% layout("frame") %>\n<p>\n  <%- include("parts/row", { f }) %>\n</p>',
      'frame.html': '<main><%- block("body") %></main>',
      'parts/row.html': '<%# a row %>\n<b><%= await 1 %></b>\n<i class="x"><%= f() %></i>',
    })
    const out = outFolder()
    writeModules(out, { roots: root })
    const stack = stackOf(
      out,
      `import render from './page.mjs'
      function f() { throw new Error('from f') }
      try { await render({ f }) } catch (error) { console.log(error.stack) }`,
    )
    expect(stack).toContain('> 3 | <i class="x"><%= f() %></i>')
    const calls = stack.split('\n').filter((line) => /^\s+at /.test(line))
    expect(calls[0]).toContain('start.mjs:2')
    expect(calls[1]).toMatch(new RegExp(`${path.join(root, 'parts/row.html')}:3:19\\)?$`))
    expect(calls.join('\n')).toMatch(new RegExp(`${path.join(root, 'page.html')}:3:7`))
  })

  it('leads from each expression to where it stands', () => {
    const lines = [
      '<ul>',
      '<% for (const x of xs) { %>',
      '  <li><%= x.name %> <%- x.b %></li>',
      '<% } %>',
    ]
    const { entry, files } = compileModule('a', { roots: views({ 'a.html': lines.join('\n') }) })
    const code = (files.get(entry) as string).split('\n')
    const map = new SourceMap(JSON.parse(files.get(`${entry}.map`) as string))
    for (const part of ['x.name', 'x.b', 'const x of']) {
      const line = code.findLastIndex((text) => text.includes(part))
      const column = (code[line] as string).indexOf(part)
      const found = map.findEntry(line, column) as SourceMapping
      const row = lines.findIndex((text) => text.includes(part))
      expect(found.originalLine).toBe(row)
      // What was copied is as far from where its copy begins.
      const behind = column - found.generatedColumn
      expect(found.originalColumn + behind).toBe((lines[row] as string).indexOf(part))
    }
  })
})

describe('a template that a program compiles to a module', () => {
  it('comes with all that it imports, which runs wherever it is written', () => {
    const root = views({
      'users/list.html': '<% for (const user of users) { %><%- include("row", { user }) %><% } %>',
      'users/row.html': '<a title="<%- include("name") %>"><%- include("name") %></a>',
      'users/name.html': '<%= user %>',
      'other.html': 'x',
    })
    const { entry, files } = compileModule('users/list', { roots: root, sourceMaps: false })
    expect(entry).toBe('users/list.mjs')
    const modules = [...files.keys()].filter((name) => name.endsWith('.mjs'))
    expect(modules.toSorted()).toEqual([
      '_views/runtime.mjs',
      'users/list.mjs',
      expect.stringMatching(/^users\/name\.in-\w+\.mjs$/),
      'users/name.mjs',
      'users/row.mjs',
    ])
    const out = outFolder()
    for (const [name, text] of files) {
      mkdirSync(path.dirname(path.join(out, name)), { recursive: true })
      writeFileSync(path.join(out, name), text)
    }
    const program = `import render from './${entry}'; console.log(render({ users: ['"<'] }))`
    const argv = ['--input-type=module', '--disallow-code-generation-from-strings', '-e', program]
    const { stdout } = spawnSync(process.execPath, argv, { cwd: out, encoding: 'utf8' })
    expect(stdout).toBe('<a title="&quot;&lt;">&quot;&lt;</a>\n')
  })

  it('comes with all templates where a name is computed', () => {
    const root = views({ 'a.html': '<%- include(name) %>', 'b.html': 'b', 'x/c.html': 'c' })
    const { files } = compileModule('a', { roots: root })
    for (const name of ['_views/all.mjs', 'b.mjs', 'x/c.mjs']) expect(files.has(name)).toBe(true)
  })

  it('names files from the folder in which it is to stand', () => {
    const root = views({
      'a/b.html': "<%# @types import type { T } from '../t.ts'\ntype Data = T %>",
    })
    const out = path.join(root, 'dist/views')
    const { files } = compileModule('a/b', { roots: root, out })
    expect(files.get('a/b.d.mts')).toContain("from '../../../t.ts'")
    const { sources } = JSON.parse(files.get('a/b.mjs.map') as string) as { sources: string[] }
    expect(sources).toEqual(['../../../a/b.html'])
  })

  it('is the text that `writeModules` writes', () => {
    const root = views({ 'a.html': '<%- include("b") %><% block("x", 1) %>', 'b.html': '<%= x %>' })
    const out = outFolder()
    writeModules(out, { roots: root })
    const { files } = compileModule('a', { roots: root, out })
    for (const [name, text] of files) expect(readFileSync(path.join(out, name), 'utf8')).toBe(text)
  })

  it('fails with the errors of the engine', () => {
    const root = views({ 'a.html': '<% if (', 'b.html': '<%- include("a") %>' })
    expect(() => compileModule('c', { roots: root })).toThrow(TemplateNotFoundError)
    expect(() => compileModule('b', { roots: root })).toThrow(TemplateSyntaxError)
  })
})
