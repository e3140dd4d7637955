import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type PackageManifest, packages, root } from './packages.ts'

const run = promisify(execFile)
const specifiers = packages.flatMap((each) => each.specifiers)
const bin = (name: string): string => path.join(root, 'node_modules/.bin', name)

/** A project of somebody else's: the packed tarballs, installed by npm, and nothing of this workspace. */
const home = mkdtempSync(path.join(tmpdir(), 'consumer-'))
const write = (name: string, text: string): void => writeFileSync(path.join(home, name), text)
const node = (...args: string[]) => run(process.execPath, args, { cwd: home })

beforeAll(() => {
  const tarballs = path.join(home, 'tarballs')
  mkdirSync(tarballs)
  for (const { folder } of packages) pnpm(folder, 'pack', '--pack-destination', tarballs)
  write('package.json', JSON.stringify({ name: 'consumer', private: true }))
  const files = readdirSync(tarballs).map((file) => path.join(tarballs, file))
  const options = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline']
  execFileSync('npm', ['install', ...options, ...files], { cwd: home, stdio: 'pipe' })
}, 300_000)

afterAll(() => rmSync(home, { recursive: true, force: true }))

function sourceOf(folder: string): string {
  return readFileSync(path.join(folder, 'src/index.ts'), 'utf8')
}

/** pnpm as it was started, or by npx when this test runs without it. */
function pnpm(cwd: string, ...args: string[]): void {
  const started = process.env['npm_execpath']
  const [command, ...first] =
    started?.includes('pnpm') && started.endsWith('js')
      ? [process.execPath, started]
      : ['npx', '-y', 'pnpm@10.34.9']
  execFileSync(command, [...first, ...args], { cwd, stdio: 'pipe' })
}

describe('a packed package', () => {
  it.each(specifiers)('%s is one object, whichever way it is loaded', async (specifier) => {
    write(
      'same.mjs',
      `import { createRequire } from 'node:module'
       import * as names from '${specifier}'
       const required = createRequire(import.meta.url)('${specifier}')
       const different = Object.keys(names).filter((name) =>
         name === 'default' || name === 'module.exports'
           ? names[name] !== required
           : names[name] === undefined || names[name] !== required[name])
       console.log(JSON.stringify({ different }))`,
    )
    const { stdout, stderr } = await node('same.mjs')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({ different: [] })
  })

  it.each(packages)(
    '$manifest.name offers import every name that its code exports',
    async ({ manifest, folder }) => {
      const implementation = createRequire(import.meta.url)(
        path.join(folder, 'dist/index.js'),
      ) as object
      write(
        'names.mjs',
        `import * as names from '${manifest.name}'\nconsole.log(JSON.stringify(Object.keys(names)))`,
      )
      const { stdout } = await node('names.mjs')
      const offered = (JSON.parse(stdout) as string[]).filter((name) => name !== 'module.exports')
      expect(new Set(offered)).toEqual(new Set(Object.keys(implementation)))
    },
  )

  it('brings at most 25 packages of others with core, where Express brings 68', () => {
    const installed = new Set<string>()
    const walk = (name: string): void => {
      if (installed.has(name)) return
      installed.add(name)
      const manifest = readFileSync(path.join(home, 'node_modules', name, 'package.json'), 'utf8')
      const { dependencies = {} } = JSON.parse(manifest) as PackageManifest
      for (const each of Object.keys(dependencies)) walk(each)
    }
    walk('@tokkyu/core')
    const others = [...installed].filter((name) => !name.startsWith('@tokkyu/'))
    expect(others.length).toBeGreaterThan(0)
    expect(others.length).toBeLessThanOrEqual(25)
  })

  it('gives the function itself to require', async () => {
    // Some packages are sets of names, with no function that stands for them.
    const subjects = packages
      .filter(({ folder }) => /^export default /m.test(sourceOf(folder)))
      .map(({ manifest }) => manifest.name)
    expect(subjects.length).toBeGreaterThan(4)
    write(
      'function.cjs',
      `console.log(${JSON.stringify(subjects)}.map((name) => typeof require(name)).join())`,
    )
    const { stdout } = await node('function.cjs')
    expect(stdout.trim()).toBe(subjects.map(() => 'function').join())
  })

  it('serves from CommonJS in Jest, which cannot require an ES module', async () => {
    write(
      'serve.test.js',
      `const express = require('@tokkyu/core')
       test('answers', async () => {
         const server = express().get('/', (req, res) => res.send('hello')).listen(0, '127.0.0.1')
         await new Promise((resolve) => server.once('listening', resolve))
         const reply = await fetch('http://127.0.0.1:' + server.address().port)
         expect(await reply.text()).toBe('hello')
         server.closeAllConnections()
         server.close()
       })
       test('and with the ES module form that Babel compiles', () => {
         expect(express.Router()).toBeInstanceOf(require('@tokkyu/router').Router)
       })`,
    )
    const options = ['--rootDir', home, '--testEnvironment', 'node', '--watchman=false']
    const { stderr } = await run(bin('jest'), options, { cwd: home })
    expect(stderr).toMatch(/^Tests: +2 passed, 2 total$/m)
  }, 60_000)

  it.each(['cjs', 'mjs'])('works from a .%s file in an esbuild bundle', async (format) => {
    const get = {
      cjs: `const express = require('@tokkyu/core'), { Router } = express, router = require('@tokkyu/router')`,
      mjs: `import express, { Router } from '@tokkyu/core'\nimport router from '@tokkyu/router'`,
    }[format]
    write(
      `entry.${format}`,
      `${get}\nconsole.log(typeof express().get, Router() instanceof router)`,
    )
    const options = ['--bundle', '--platform=node', '--log-level=error', `--outfile=bundle.cjs`]
    await run(bin('esbuild'), [`entry.${format}`, ...options], { cwd: home })
    expect((await node('bundle.cjs')).stdout.trim()).toBe('function true')
  })

  it('has types for .cts and .mts alike, its own declarations checked too', async () => {
    write(
      'app.cts',
      `import express = require('@tokkyu/core')
       import imported, { Router, type Request } from '@tokkyu/core'
       const app: express.Express = express()
       app.get('/users/:id', (req: Request, res: express.Response, next: imported.NextFunction) => { res.send(req.params['id']); next() })
       const router: Router = Router()
       app.use(router)`,
    )
    write(
      'app.mts',
      `import express, { Router, type NextFunction, type Request, type Response } from '@tokkyu/core'
       import * as names from '@tokkyu/core'
       const app: express.Express = names.default()
       app.use(express.json(), (req: Request, res: Response, next: NextFunction) => next())
       app.get('/users/:id', (req, res) => { res.json({ id: req.params.id }) })
       // @ts-expect-error idd is not in the path
       app.get('/users/:id', (req, res) => { res.json({ id: req.params.idd }) })
       app.use(new Router())`,
    )
    write(
      'every.cts',
      specifiers.map((name, i) => `import every${i} = require('${name}')`).join('\n') +
        '\n' +
        `console.log(${specifiers.map((_, i) => `every${i}`).join()})`,
    )
    write(
      'every.mts',
      specifiers.map((name, i) => `import * as every${i} from '${name}'`).join('\n') +
        '\n' +
        `console.log(${specifiers.map((_, i) => `every${i}`).join()})`,
    )
    const types = path.join(root, 'node_modules/@types')
    const check = (...args: string[]) =>
      run(
        bin('tsc'),
        [
          '--noEmit',
          '--strict',
          '--skipLibCheck',
          'false',
          '--target',
          'es2022',
          '--typeRoots',
          types,
          '--types',
          'node',
          ...args,
        ],
        { cwd: home },
      ).catch((error: { stdout: string }) => error)
    expect(
      (await check('--module', 'nodenext', 'app.cts', 'app.mts', 'every.cts', 'every.mts')).stdout,
    ).toBe('')
    expect(
      (await check('--module', 'esnext', '--moduleResolution', 'bundler', 'app.mts', 'every.mts'))
        .stdout,
    ).toBe('')
  }, 60_000)
})
