import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { viewsChecker, ViewsCheckError, type ViewsChecked } from '@tokkyu/views/modules'
import { describe, expect, it, onTestFinished } from 'vitest'

const modules = path.join(import.meta.dirname, '../../../node_modules')

/** A project with templates below `views`, and a type that they import. */
function project(files: Record<string, string>, hasCompiler = true): string {
  const folder = mkdtempSync(path.join(import.meta.dirname, 'checked-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const all = {
    'tsconfig.json': '{ "compilerOptions": { "types": [] } }',
    'src/user.ts': 'export interface User { name: string; age: number; email?: string }',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  if (hasCompiler) symlinkSync(modules, path.join(folder, 'node_modules'))
  return folder
}

function check(files: Record<string, string>): Promise<ViewsChecked> {
  const folder = project(files)
  return viewsChecker({ roots: path.join(folder, 'views') }, folder).check()
}

const USERS = `<%# @types
import type { User } from '../../src/user.ts'
interface Data {
  users: User[]
  title: string
}
%>
`
const ROW = `<%# @types
import type { User } from '../../src/user.ts'
type Data = { user: User; mark?: boolean }
%>
<li><%= user.name %></li>`

/** Where each fault is, and what it is. */
async function faults(files: Record<string, string>): Promise<string[]> {
  const { faults: found } = await check(files)
  return found.map((each) => `${path.basename(each.path)}:${each.line}:${each.column} ${each.code}`)
}

describe('a template that declares what it wants', { timeout: 120_000 }, () => {
  it('is checked with what it includes, its layout, its blocks and pagelets', async () => {
    const page =
      USERS +
      `<% layout('../layout', { lang: 'en' }) %>
<% block('head', () => { %><title><%= title.trim() %></title><% }) %>
<% for (const user of users) { %><%- include('row', { user, mark: user.age > 30 }) %><% } %>
<% for (const user of users) { %><%- include('row', { user }) %><%= user.email ?? '' %><% } %>
<% pagelet('oldest', Promise.resolve(users[0]), (user) => { %><%= user?.age %><% }) %>
<% const first = users.find(({ age }) => age > 5); if (first) { %><%= first.name %><% } %>
<% function double(x) { return 2 * x } %><%= double(4) %><%= Math.max(1, 2) %><%= new Date() %>
<% if (locals.title) { %><%= await Promise.resolve(1) %><% } %>`
    const layout =
      "<%# @types interface Data { lang: string; title: string } %><%= lang %><% block('head') %><%- block('body') %>"
    const {
      faults: found,
      typed,
      untyped,
    } = await check({
      'views/users/list.html': page,
      'views/users/row.html': ROW,
      'views/layout.html': layout,
    })
    expect(found).toEqual([])
    expect(typed.toSorted()).toEqual(['layout.html', 'users/list.html', 'users/row.html'])
    expect(untyped).toEqual([])
  })

  it('is told where an expression does not fit', async () => {
    const page = `${USERS}<h1><%= titel %></h1>\n<% for (const user of users) { %>\n  <b><%= user.nam %></b><% } %>\n<%= users[0].name %>`
    const { faults: found } = await check({ 'views/users/list.html': page })
    expect(found).toMatchObject([
      { line: 8, column: 9, code: 'TS2339', message: expect.stringContaining("'titel'") },
      {
        line: 10,
        column: 15,
        code: 'TS2551',
        message: expect.stringContaining("Did you mean 'name'"),
      },
    ])
    expect(found[0]?.frame).toMatch(/^> +8 \| <h1><%= titel %><\/h1>\n +\| {9}\^{5}$/m)
  })

  it('is told of an include, and of a layout, that wants something else', async () => {
    const page = `${USERS}<%- include('row') %>
<%- include('row', { user: 'Ada' }) %>
<%- include('row', { user: users[0], marc: true }) %>
<%- include('none') %>`
    const layout = '<%# @types interface Data { lang: string } %><%= lang %>'
    const files = { 'views/users/row.html': ROW, 'views/users/layout.html': layout }
    expect(await faults({ ...files, 'views/users/list.html': page })).toEqual([
      'list.html:11:13 TEMPLATE_NOT_FOUND',
      'list.html:8:5 TS2554',
      'list.html:9:22 TS2322',
      'list.html:10:38 TS2353',
    ])
    const inLayout = `${USERS}<% layout('layout', { lang: 3 }) %><%= title %>`
    expect(await faults({ ...files, 'views/users/list.html': inLayout })).toEqual([
      'list.html:8:23 TS2322',
    ])
  })

  it('is told of a block, a pagelet and a promise that would be printed', async () => {
    const page = `${USERS}<% block(3) %>
<% pagelet('x', Promise.resolve(users), (given) => { %><%= given.size %><% }) %>
<%= Promise.resolve(title) %>`
    expect(await faults({ 'views/users/list.html': page })).toEqual([
      'list.html:8:10 TS2345',
      'list.html:9:66 TS2339',
      'list.html:10:5 TS2345',
    ])
  })

  it('is told what is wrong in the declaration', async () => {
    const declared =
      "<%# @types\nimport type { User } from '../src/user.ts'\ninterface Data {\n  user: Usr }\n%>"
    expect(await faults({ 'views/a.html': declared })).toEqual(['a.html:4:9 TS2552'])
    expect(await faults({ 'views/a.html': '<%# @types type Given = {} %>x' })).toEqual([
      'a.html:1:11 TS2304',
    ])
    expect(await faults({ 'views/a.html': 'a<%= b %' })).toEqual([
      'a.html:1:2 TEMPLATE_UNCLOSED_TAG',
    ])
  })
})

describe('a template that declares nothing', { timeout: 120_000 }, () => {
  it('is listed with the names that it takes, and checked as far as they do not matter', async () => {
    const { faults: found, untyped } = await check({
      'views/a.html':
        '<%= user.name %><%= Math.max(1) %><% const x = 1 %><%= x.length %><%- include("b") %>',
      'views/b.html': 'b',
    })
    expect(found).toMatchObject([{ line: 1, column: 58, code: 'TS2339' }])
    expect(untyped).toEqual([
      {
        template: 'a.html',
        names: ['user'],
        type: '{\n  user: {\n    name?: unknown\n  }\n}',
        unknown: [],
      },
      { template: 'b.html', names: [], type: '{}', unknown: [] },
    ])
  })

  it('has those that include it checked against what its use of the data shows', async () => {
    const page = `${USERS}<%- include('card') %><%- include('card', { user: users[0], more: 1 }) %>
<%- include('card', { user: 3 }) %><%- include('title') %>
<%- include('names') %><%- include('names', { users: 'x' }) %>`
    const files = {
      'views/users/card.html': '<%= user.name.toUpperCase() %><%= badge %><%= t("x") %>',
      'views/users/title.html': '<%= title.toFixed(1) %>',
      'views/users/names.html': '<% for (const { name } of users) { %><%= name.trim() %><% } %>',
    }
    expect(await faults({ ...files, 'views/users/list.html': page })).toEqual([
      'list.html:9:23 TS2322',
      'list.html:9:40 TS2554',
      'list.html:10:47 TS2322',
    ])
  })
})

describe('the blocks of a template', { timeout: 120_000 }, () => {
  const base = "<title><%= block('title', '') %></title><%- block('body') %>"

  it('are those that its layouts have', async () => {
    const { faults: found } = await check({
      'views/base.html': base,
      'views/shop.html': "<% layout('base') %><% block('side', '') %><%- block('body') %>",
      'views/page.html': "<% layout('shop') %>\n<% block('titel', 'x') %><% append('side', 'y') %>",
      'views/own.html': "<% block('titel', 'x') %>",
      'views/bare.html': "<% layout('base') %><% prepend('scripts', () => { %>x<% }) %>",
    })
    expect(found.map((each) => [each.line, each.column, each.code, each.message])).toEqual([
      [1, 32, 'VIEWS_BLOCK', 'No layout of this template has the block "scripts"'],
      [
        2,
        10,
        'VIEWS_BLOCK',
        'No layout of this template has the block "titel"; did you mean "title"?',
      ],
    ])
    expect(found[1]?.frame).toContain('> 2 | <% block(')
  })

  it('may be any where a layout, or the name of one of its blocks, is computed', async () => {
    expect(
      await faults({
        'views/base.html': '<% for (const name of ["a"]) block(name, "") %><%- block("body") %>',
        'views/page.html': "<% layout('base') %><% block('a', 'x') %>",
        'views/other.html': "<% layout(name) %><% block('b', 'x') %>",
      }),
    ).toEqual([])
  })
})

describe('templates that are watched', { timeout: 120_000 }, () => {
  it('are checked again at each change, by a compiler that stays', async () => {
    const folder = project({ 'views/users/list.html': `${USERS}<%= title %>` })
    const reports: string[][] = []
    let told: (() => void) | undefined
    const watch = viewsChecker({ roots: path.join(folder, 'views') }, folder).watch(
      ({ faults: found }) => {
        reports.push(found.map(({ code }) => code))
        told?.()
      },
      (error) => reports.push([error.message]),
    )
    const until = async (wanted: string): Promise<void> => {
      while (reports.at(-1)?.join() !== wanted) {
        await new Promise<void>((resolve) => {
          told = resolve
        })
      }
    }
    const put = (text: string): void => {
      writeFileSync(path.join(folder, 'views/users/list.html'), text)
      watch.change()
    }
    try {
      await until('')
      put(`${USERS}<%= titel %>`)
      await until('TS2339')
      put(`${USERS}<%= titel`)
      await until('TEMPLATE_UNCLOSED_TAG')
      put(`${USERS}<%= title %>`)
      await until('')
    } finally {
      watch.close()
    }
    expect(reports.length).toBeGreaterThan(3)
  })
})

describe('the settings of a project', { timeout: 120_000 }, () => {
  it('may be about what it emits', async () => {
    const compilerOptions = {
      types: [],
      composite: true,
      declaration: true,
      declarationMap: true,
      declarationDir: 'types',
      emitDeclarationOnly: true,
      sourceMap: true,
      inlineSources: true,
      outDir: 'dist',
      rootDir: 'src',
    }
    const tsconfig = JSON.stringify({ compilerOptions, include: ['src'] })
    const files = { 'tsconfig.json': tsconfig, 'views/users/row.html': ROW.replace('name', 'nam') }
    expect(await faults(files)).toEqual(['row.html:5:14 TS2551'])
  })
})

describe('a check that cannot be made', { timeout: 120_000 }, () => {
  it('fails, and does not pass', async () => {
    const files = {
      'views/a.html': 'a',
      'tsconfig.json': '{ "compilerOptions": { "target": "es3000" } }',
    }
    await expect(
      check({ ...files, 'tsconfig.json': '{ "extends": "./none.json" }' }),
    ).rejects.toThrow(ViewsCheckError)
    await expect(check(files)).rejects.toThrow(/The compiler did not check: .*error TS6046/)
  })
})
