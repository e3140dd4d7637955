import { execFile, execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = path.join(import.meta.dirname, '../..')
const installed = path.join(import.meta.dirname, 'node_modules')

/** The typings' own lockfile: whoever only runs the tests of the packages does not pay for them. */
beforeAll(() => {
  const pnpm = ['-y', 'pnpm@10.34.9', '--dir', import.meta.dirname]
  const options = ['install', '--ignore-workspace', '--frozen-lockfile', '--ignore-scripts']
  execFileSync('npx', [...pnpm, ...options], { stdio: 'pipe' })
}, 240_000)

const PACKAGES = ['cache', 'cluster', 'core', 'router', 'rpc', 'session', 'upload', 'views']

const projects: string[] = []
afterAll(() => projects.forEach((folder) => rmSync(folder, { recursive: true })))

/**
 * A project of somebody's: our packages, those of others, and one version of Express's core typings in
 * the place of all, or neither Express's typings nor anything that brings them.
 */
function project(coreTypings: string | undefined): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'typings-'))
  projects.push(folder)
  const modules = path.join(folder, 'node_modules')
  const link = (from: string, name: string): void => symlinkSync(from, path.join(modules, name))
  for (const scope of ['@types', '@tokkyu'])
    mkdirSync(path.join(modules, scope), { recursive: true })
  for (const name of PACKAGES) link(path.join(root, 'packages', name), `@tokkyu/${name}`)
  if (coreTypings === undefined) {
    link(path.join(installed, '@types/node'), '@types/node')
    link(path.join(installed, 'undici-types'), 'undici-types')
    return folder
  }
  for (const name of readdirSync(installed))
    if (name !== '@types' && !name.startsWith('.')) link(path.join(installed, name), name)
  for (const name of readdirSync(path.join(installed, '@types')))
    if (name !== 'express-serve-static-core')
      link(path.join(installed, '@types', name), `@types/${name}`)
  link(path.join(installed, `core-${coreTypings}`), '@types/express-serve-static-core')
  return folder
}

/** What the compiler says of a program, nothing if it compiles. */
async function compile(
  program: string,
  typings: string | undefined,
  tsc: string,
  ...given: (string | { paths: Record<string, string[]> })[]
) {
  const folder = project(typings)
  const options = given.filter((each) => typeof each === 'string')
  const [mapped] = given.filter((each) => typeof each !== 'string')
  copyFileSync(path.join(import.meta.dirname, 'programs', program), path.join(folder, program))
  const usual = ['--preserveSymlinks', '--strict', '--noEmit', '--skipLibCheck', '--types', 'node']
  const target = options.includes('--module') ? [] : ['--module', 'nodenext']
  // `paths` can only be said in a file.
  const config = { compilerOptions: mapped, files: [program] }
  if (mapped) writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
  const what = mapped ? ['--project', folder] : [program]
  const args = [tsc, ...what, '--target', 'es2022', ...target, ...usual, ...options]
  const run = promisify(execFile)(process.execPath, args, { cwd: folder })
  const { stdout } = await run.catch((error: { stdout: string }) => error)
  return stdout
}

const TSC = path.join(
  path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
)

const door = './node_modules/@tokkyu/core/entry/index.d.cts'
const paths = { express: [door], 'express-serve-static-core': [door] }

describe('middleware that is typed for Express', () => {
  it.each(['4.17', '4.19', '5.0.0', '5.0.6', '5.1.0', '5.1.2', '5.1.3'])(
    'fits an app of ours with version %s of its core typings',
    async (version) => {
      expect(await compile('third-parties.mts', version, TSC)).toBe('')
    },
  )

  it.each(['4.17', '5.0.6', '5.1.3'])(
    'fits as DefinitelyTyped has it with version %s of them',
    async (version) => {
      expect(await compile('definitely-typed.mts', version, TSC)).toBe('')
    },
  )

  it('fits where `express` means us by `paths`', async () => {
    expect(await compile('definitely-typed.mts', '5.1.3', TSC, { paths })).toBe('')
  })

  it.each(['5.0', '5.4', '5.9', '6.0'])('does so for TypeScript %s', async (version) => {
    const tsc = path.join(installed, `typescript-${version}/bin/tsc`)
    expect(existsSync(tsc)).toBe(true)
    expect(await compile('third-parties.mts', '5.1.3', tsc)).toBe('')
  })
})

describe('frameworks and packages that are given an app', () => {
  it.each(['5.0.6', '5.1.3'])('NestJS takes one beside core typings %s', async (version) => {
    expect(await compile('nest.mts', version, TSC)).toBe('')
  })

  it('express-ws takes one where `express` means us by `paths`', async () => {
    expect(await compile('express-ws.mts', '5.1.3', TSC, { paths })).toBe('')
  })
})

describe('stores that were made for express-session', () => {
  it.each(['5.0', '5.9', '6.0'])('fit our sessions for TypeScript %s', async (version) => {
    const tsc = path.join(installed, `typescript-${version}/bin/tsc`)
    expect(await compile('sessions.mts', '5.1.3', tsc)).toBe('')
  })

  it('fit them for the TypeScript of this repository', async () => {
    expect(await compile('sessions.mts', '5.1.3', TSC)).toBe('')
  })
})

describe('uploads with callbacks that say whose request they take', () => {
  it.each(['4.17', '4.19', '5.0.0', '5.0.6', '5.1.0', '5.1.2', '5.1.3'])(
    'compile with version %s of the core typings',
    async (version) => {
      expect(await compile('uploads.mts', version, TSC)).toBe('')
    },
  )

  it.each(['5.0', '5.4', '5.9', '6.0'])('compile for TypeScript %s', async (version) => {
    const tsc = path.join(installed, `typescript-${version}/bin/tsc`)
    expect(await compile('uploads.mts', '5.1.3', tsc)).toBe('')
  })
})

describe('our packages', () => {
  it.each(['own.mts', 'own.cts', 'own-servers.mts', 'own-servers.cts'])(
    'fit each other in %s',
    async (program) => {
      expect(await compile(program, undefined, TSC)).toBe('')
    },
  )

  it.each(['4.17', '5.1.3'])('do so beside version %s of the core typings', async (version) => {
    expect(await compile('own.cts', version, TSC)).toBe('')
  })

  it.each(['5.0', '5.9'])('do so for TypeScript %s', async (version) => {
    const tsc = path.join(installed, `typescript-${version}/bin/tsc`)
    expect(await compile('own.mts', undefined, tsc)).toBe('')
  })
})

describe('options that may be undefined', () => {
  it.each(['5.0', '5.9'])(
    'compile under exactOptionalPropertyTypes for TypeScript %s',
    async (version) => {
      const tsc = path.join(installed, `typescript-${version}/bin/tsc`)
      const exact = ['--exactOptionalPropertyTypes', 'true']
      expect(await compile('undefined-options.mts', undefined, tsc, ...exact)).toBe('')
    },
  )
})

describe('what our session middlewares add to a request', () => {
  it.each(['session-data.mts', 'session-data.cts'])('is typed in %s', async (program) => {
    expect(await compile(program, undefined, TSC)).toBe('')
  })
})

describe('code that was written for Express', () => {
  it.each([undefined, '4.19', '5.1.3'])('compiles beside core typings %s', async (version) => {
    expect(await compile('express-code.cts', version, TSC)).toBe('')
  })

  it.each(['5.0', '5.9', '6.0'])('compiles with TypeScript %s', async (version) => {
    const tsc = path.join(installed, `typescript-${version}/bin/tsc`)
    expect(await compile('express-code.cts', '5.1.3', tsc)).toBe('')
  })

  it.each([
    ['exactOptionalPropertyTypes', 'true'],
    ['noUncheckedIndexedAccess', 'true'],
    ['isolatedModules', 'true'],
    ['module', 'node16'],
  ])('compiles with %s %s', async (option, value) => {
    expect(await compile('express-code.cts', '5.1.3', TSC, `--${option}`, value)).toBe('')
    expect(await compile('third-parties.mts', '5.1.3', TSC, `--${option}`, value)).toBe('')
  })

  it('is checked at all: an error of it is seen', async () => {
    const said = await compile('mistakes.mts', '5.1.3', TSC)
    expect(said).toContain("Property 'idd' does not exist on type")
    expect(said.match(/error TS/g)).toHaveLength(1)
  })
})

describe('the type of next', () => {
  it.each([
    ['5.0', path.join(installed, 'typescript-5.0/bin/tsc')],
    ['7', TSC],
  ])('is what its decision says for TypeScript %s', async (_version, tsc) => {
    expect(await compile('next.mts', undefined, tsc)).toBe('')
  })
})

describe('the name of Express', () => {
  it.each(['4.17', '5.0.6', '5.1.3'])(
    'means us for all packages by `paths`, beside core typings %s',
    async (version) => {
      expect(await compile('paths.mts', version, TSC, { paths })).toBe('')
    },
  )
})

describe('the error of a mistake', () => {
  it.each([
    ['misspelt', "(4,63): error TS2339: Property 'idd' does not exist on type '{ id: string; }'."],
    [
      'await',
      "(6,32): error TS2339: Property 'name' does not exist on type 'Promise<{ name: string; }>'.",
    ],
    [
      'option',
      "(4,30): error TS2561: Object literal may only specify known properties, but 'limt' does not exist in type 'JsonOptions'. Did you mean to write 'limit'?",
    ],
    ['constraint', "(4,71): error TS2339: Property 'trim' does not exist on type 'number'."],
  ])('is one line: %s', async (mistake, text) => {
    const program = `mistake-${mistake}.mts`
    expect(await compile(program, undefined, TSC)).toBe(`${program}${text}\n`)
  })

  it('says in the third line what is no handler', async () => {
    const said = await compile('mistake-handler.mts', undefined, TSC)
    const [first, second, third] = said.split('\n')
    expect(first).toBe('mistake-handler.mts(5,24): error TS2769: No overload matches this call.')
    expect(second).toBe('  The last overload gave the following error.')
    expect(third).toBe(
      "    Argument of type '{ title: string; }' is not assignable to parameter of type 'Handler'.",
    )
    expect(said.length).toBeLessThan(500)
  })
})
