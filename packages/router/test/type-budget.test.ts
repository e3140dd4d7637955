import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'router-types-'))
afterAll(() => rmSync(folder, { recursive: true }))

const BUDGET_S = 3

describe('an app with 500 routes', () => {
  it(`is type-checked in under ${BUDGET_S} seconds of CPU`, { timeout: 60_000, retry: 2 }, () => {
    writeFileSync(join(folder, 'app.ts'), appWith(500))
    const { status, output, seconds } = check()
    expect(output).not.toContain('error')
    expect(status).toBe(0)
    expect(seconds).toBeLessThan(BUDGET_S)
  })

  it('is really checked: a misspelt parameter is found', { timeout: 60_000 }, () => {
    writeFileSync(
      join(folder, 'app.ts'),
      appWith(500).replace('req.params.owner250', 'req.params.x'),
    )
    const { status, output } = check()
    expect(status).not.toBe(0)
    expect(output).toMatch(
      /Property 'x' does not exist on type '{ id250: number; owner250: string;/,
    )
  })
})

/** Routes that differ, so that no answer can be kept from one to the next. */
function appWith(count: number): string {
  const routes = Array.from({ length: count }, (_, index) => {
    const path = `/area${index}/:owner${index}/:id${index}<int>{/:part${index}}/*rest${index}`
    return `router.get('${path}', (req, res) => {
  const text: string = req.params.owner${index}
  const id: number = req.params.id${index}
  const rest: string[] = req.params.rest${index}
  res.end(text + id + (req.params.part${index} ?? '') + rest.join())
})`
  })
  return [`import { Router } from '@tokkyu/router'`, 'const router = new Router()', ...routes].join(
    '\n',
  )
}

function check() {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const config = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023'],
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(root, '../../node_modules/@types')],
      paths: { '@tokkyu/router': [join(root, 'dist/index.d.ts')] },
    },
    files: ['app.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { resolve } = createRequire(import.meta.url)
  const tsc = join(dirname(resolve('typescript/package.json')), 'bin/tsc')
  // The CPU time of all that ran, which a busy machine does not make longer.
  const script = '"$@"; status=$?; times; exit $status'
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', script, 'sh', process.execPath, tsc, '-p', folder],
    { encoding: 'utf8' },
  )
  const [user, system] = stdout.trimEnd().split('\n').at(-1)!.split(' ').map(secondsOf)
  return { status, output: stdout + stderr, seconds: user! + system! }
}

/** @param time - as `times` of POSIX shells writes it: "0m1.234s". */
function secondsOf(time: string): number {
  const [minutes, seconds] = time.split('m')
  return Number(minutes) * 60 + Number.parseFloat(seconds!)
}
