import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, it } from 'vitest'

const repository = join(import.meta.dirname, '../../..')
/** The workspace member that has Express's typings installed. */
const withTypings = join(repository, 'conformance/node_modules')
const require = createRequire(join(repository, 'package.json'))

let project = ''
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'typings-'))
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, '@tokkyu'), { recursive: true })
  symlinkSync(join(repository, 'packages/core'), join(modules, '@tokkyu/core'))
  symlinkSync(join(withTypings, '@types'), join(modules, '@types'))
  const typings = 'with-express-typings.mts'
  cpSync(join(import.meta.dirname, 'typings', typings), join(project, typings))
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'nodenext',
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        types: ['node'],
        typeRoots: [join(repository, 'node_modules/@types')],
      },
      files: [typings],
    }),
  )
})
afterAll(() => rmSync(project, { recursive: true }))

it(
  'compiles in a project with Express’s typings, whose types it fits',
  { timeout: 60_000 },
  async () => {
    const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, '-p', project]).catch(
      (error: { stdout: string }) => error,
    )
    expect(stdout).toBe('')
  },
)
