import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { writeModules } from '@tokkyu/views/modules'
import { describe, expect, it, onTestFinished } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')

/** What the compiler says of a program in a project with two templates. */
function compilerSays(program: string, hasTypes = true): string {
  const folder = mkdtempSync(path.join(import.meta.dirname, 'typed-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const files = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2022',
        types: ['node'],
        allowImportingTsExtensions: true,
        skipLibCheck: true,
      },
    }),
    'src/user.ts': 'export interface User { name: string }',
    'views/users/list.html':
      "<%# @types\nimport type { User } from '../../src/user.ts'\ninterface Data { users: User[]; title?: string }\n%><%= users.length %>",
    'views/plain.html': '<%= x %>',
    'src/main.ts': program,
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  mkdirSync(path.join(folder, 'node_modules/@tokkyu'), { recursive: true })
  for (const name of ['views', 'core'])
    symlinkSync(path.join(root, 'packages', name), path.join(folder, 'node_modules/@tokkyu', name))
  symlinkSync(path.join(root, 'node_modules/@types'), path.join(folder, 'node_modules/@types'))
  const { failures } = writeModules(path.join(folder, 'compiled'), {
    roots: path.join(folder, 'views'),
  })
  expect(failures).toEqual([])
  if (!hasTypes) rmSync(path.join(folder, 'compiled/templates.d.ts'))
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  try {
    return execFileSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
      cwd: folder,
    })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

const ENGINE = `import { createEngine } from '@tokkyu/views'
const engine = createEngine({ roots: 'views' })
const users = [{ name: 'Ada' }]
`

describe('the data of a template', { timeout: 120_000 }, () => {
  it('is what `render` and `stream` take, exactly, once the declarations are there', () => {
    const said = compilerSays(`${ENGINE}
engine.render('users/list', { users })
engine.render('users/list.html', { users, title: 'All' })
engine.stream('users/list', { users }, { pagelets: 'in order' })
engine.render('plain', { x: 1 })
engine.render('plain')
engine.render('users/list' as string, {})
// @ts-expect-error users are missing
engine.render('users/list')
// @ts-expect-error users are missing
engine.render('users/list', {})
// @ts-expect-error titel is none of its names
engine.render('users/list', { users, titel: 'All' })
// @ts-expect-error a user has a name
engine.stream('users/list', { users: [{}] })
// @ts-expect-error there is no such template
engine.render('users/lst', { users })
`)
    expect(said).toBe('')
  })

  it('is what `res.render`, `res.stream` and `app.render` take', () => {
    const said = compilerSays(`import express from '@tokkyu/core'
const app = express()
const users = [{ name: 'Ada' }]
app.get('/', (req, res) => {
  res.render('users/list', { users })
  res.render('users/list', { users }, (error, html) => html.trim())
  res.render('plain', (error, html) => html.trim())
  res.stream('users/list', { users })
  app.render('users/list', { users }, (error, html) => html.trim())
  // @ts-expect-error users are missing
  res.render('users/list', {})
  // @ts-expect-error a user has a name
  res.render('users/list', { users: [{ nam: 'Ada' }] })
  // @ts-expect-error users are missing
  res.stream('users/list')
  // @ts-expect-error users are missing
  app.render('users/list', {}, () => {})
})
`)
    expect(said).toBe('')
  })

  it('is anything while there are none', () => {
    const said = compilerSays(
      `${ENGINE}
engine.render('users/list', { anything: 1 })
engine.render('no/template')
`,
      false,
    )
    expect(said).toBe('')
  })

  it('is that of the function which its module offers', () => {
    const said = compilerSays(`import list, { type Data } from '../compiled/users/list.mjs'
const data: Data = { users: [{ name: 'Ada' }] }
const text: string = list(data)
// @ts-expect-error users are missing
list({})
// @ts-expect-error a user has a name
list({ users: [{ name: 1 }] })
console.log(text)
`)
    expect(said).toBe('')
  })
})
