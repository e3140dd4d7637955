import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import { bin, get, writes } from './tokkyu.ts'

const timeout = 120_000
const root = path.join(import.meta.dirname, '../../..')
const certificates = JSON.parse(
  readFileSync(path.join(root, 'packages/cluster/test/fixtures/certificates.json'), 'utf8'),
) as { readonly first: { readonly key: string; readonly cert: string } }
let child: ChildProcess

afterEach(async () => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}, timeout)

/** A folder with the programs of a page, by the names in their first lines, and with the package. */
function programsOf(page: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-examples-'))
  mkdirSync(path.join(folder, 'node_modules/@tokkyu'), { recursive: true })
  symlinkSync(
    path.join(root, 'packages/cluster'),
    path.join(folder, 'node_modules/@tokkyu/cluster'),
  )
  const text = readFileSync(path.join(root, page), 'utf8')
  for (const [, program = '', name = ''] of text.matchAll(/^```js\n(\/\/ ([\w.]+)[^]*?)^```$/gm))
    // A port may be taken; a socket in the folder is ours.
    writeFileSync(
      path.join(folder, name),
      program.replace('port: 3000', `path: 'socket'`).replace('listen(3000)', `listen('socket')`),
    )
  return folder
}

function run(folder: string, ...args: string[]): void {
  child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
}

const starting = ['--workers', '1', '--linger', '100']

describe('the examples in docs/cluster.md', { timeout }, () => {
  it.each(['server.mjs', 'plain.mjs'])('%s serves under the command', async (name) => {
    const folder = programsOf('docs/cluster.md')
    run(folder, bin, 'start', name, ...starting)
    await writes(child, '"ready"')
    expect(await get(path.join(folder, 'socket'))).toBe('hello\n')
  })

  it('secure.mjs serves over TLS', async () => {
    const folder = programsOf('docs/cluster.md')
    for (const name of ['key', 'cert'] as const)
      writeFileSync(path.join(folder, `${name}.pem`), certificates.first[name])
    run(folder, bin, 'start', 'secure.mjs', ...starting)
    await writes(child, '"ready"')
    expect(await get(path.join(folder, 'socket'), true)).toBe('hello\n')
  })
})

describe('the example in the README of the supervisor', { timeout }, () => {
  it('counts the requests of all workers', async () => {
    const folder = programsOf('packages/cluster/README.md')
    run(folder, 'supervisor.mjs')
    await writes(child, '"ready"')
    expect(await get(path.join(folder, 'socket'))).toBe('request 1\n')
    expect(await get(path.join(folder, 'socket'))).toBe('request 2\n')
  })
})
