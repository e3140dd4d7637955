import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { packAll, pnpm, unpack } from './packed.ts'

/** What is asked of a running application of each kind. */
const questions = {
  async site(origin: string) {
    const page = await fetch(`${origin}/`)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('Hello, stranger')
    const named = await fetch(`${origin}/name`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams({ name: 'Ada' }),
      redirect: 'manual',
    })
    const cookie = named.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(await (await fetch(origin, { headers: { cookie } })).text()).toContain('Hello, Ada')
    expect((await fetch(`${origin}/nothing`)).status).toBe(404)
  },
  async api(origin: string) {
    const added = await fetch(`${origin}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"title":"Try it"}',
    })
    expect(added.status).toBe(201)
    expect(await (await fetch(`${origin}/tasks/1`)).json()).toMatchObject({ title: 'Try it' })
    expect(await (await fetch(`${origin}/openapi.json`)).json()).toHaveProperty('paths./tasks')
  },
  async realtime(origin: string) {
    expect(await (await fetch(origin)).text()).toContain('Come in')
    const people = await fetch(`${origin}/people`)
    expect(people.headers.get('content-type')).toContain('text/event-stream')
    await people.body?.cancel()
  },
}

const home = mkdtempSync(path.join(tmpdir(), 'create-tokkyu-packed-'))
const creator = path.join(home, 'create-tokkyu')
let packed: Record<string, string>

beforeAll(async () => {
  packed = await packAll(home)
  await unpack(packed['create-tokkyu'] as string, creator)
}, 300_000)
afterAll(() => rmSync(home, { recursive: true }))

describe.each(['ts', 'js'] as const)('made of the packed packages, in %s,', (language) => {
  it.each(['site', 'api', 'realtime'] as const)(
    'a new %s passes its own checks, runs, and stops',
    async (kind) => {
      const folder = path.join(home, `${kind}-${language}`)
      const command = path.join(creator, 'entry/create-tokkyu.cjs')
      const args = [command, folder, '--kind', kind, '--language', language, '--yes']
      execFileSync(process.execPath, args)
      expect(readFileSync(path.join(folder, '.gitignore'), 'utf8')).toContain('data/')
      takeOurPackagesFrom(packed, folder)

      await pnpm(folder, 'install', '--prefer-offline', '--ignore-workspace')
      await pnpm(folder, 'typecheck')
      await pnpm(folder, 'lint')
      await pnpm(folder, 'test')
      await pnpm(folder, 'run', '--if-present', 'build')
      expect(await pnpm(folder, 'exec', 'tokkyu', 'routes')).toContain('/health')

      await runs(folder, language === 'ts' ? 'dist/main.js' : 'src/main.js', questions[kind])
      // An API has no cookie to sign.
      const kept = kind === 'api' ? undefined : 0o100600
      const secret = path.join(folder, 'data/session-secret')
      expect(statSync(secret, { throwIfNoEntry: false })?.mode).toBe(kept)
    },
    600_000,
  )
})

/** The versions stand in the manifest as they will be published; here they are still files. */
function takeOurPackagesFrom(files: Record<string, string>, folder: string): void {
  const file = path.join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  expect(Object.values(manifest.dependencies).join(' ')).not.toContain('workspace:')
  const overrides = Object.fromEntries(
    Object.entries(files).map(([name, at]) => [name, `file:${at}`]),
  )
  writeFileSync(file, JSON.stringify({ ...manifest, pnpm: { overrides } }))
}

/** Starts a program, asks it, and stops it by SIGTERM, whatever comes of that. */
async function runs(
  folder: string,
  program: string,
  ask: (origin: string) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    const origin = await originOf(child.stdout, ended)
    expect((await fetch(`${origin}/health/live`)).status).toBe(200)
    expect((await fetch(`${origin}/health/ready`)).status).toBe(200)
    await ask(origin)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
  }
}

/** Where a program says that it listens. */
async function originOf(output: AsyncIterable<Buffer>, ended: Promise<unknown>): Promise<string> {
  const listening = (async () => {
    let text = ''
    for await (const chunk of output) {
      text += String(chunk)
      const [, origin] = /Listening on (http:\S+)/.exec(text) ?? []
      if (origin) return origin
    }
    throw new Error(`It does not listen: ${text}`)
  })()
  const gone = ended.then((how) => {
    throw new Error(`It has ended: ${String(how)}`)
  })
  gone.catch(() => {})
  return Promise.race([listening, gone])
}
