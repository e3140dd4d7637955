import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FileStore } from '@tokkyu/session'
import { noNamespaces, sixProcesses, twoNamespaces } from './file-owner-rounds.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-owner-slow-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a session file', () => {
  it(
    'has one owner at a time, and loses nothing, over 200 rounds of six processes',
    { timeout: 600_000 },
    async () => expect(await sixProcesses(path.join(folder, 'six.log'), 200)).toEqual([]),
  )

  it('is free when who had it elsewhere has shown no life for ten seconds', async () => {
    const file = path.join(folder, 'silent.log')
    mkdirSync(`${file}.owner`)
    writeFileSync(`${file}.owner/7`, '0123456789abcdef-1-1 5')
    const started = performance.now()
    await new FileStore({ path: file }).close()
    expect(performance.now() - started).toBeGreaterThan(9_999)
    expect(readdirSync(`${file}.owner`)).toEqual(['8'])
  })
})

const forbidden = noNamespaces()
if (forbidden) console.warn(`NOT TESTED, no PID namespaces here: ${forbidden}`)

describe.skipIf(forbidden)('a session file that two containers share', () => {
  it(
    'has one owner at a time, and loses nothing, over 20 rounds in two PID namespaces',
    { timeout: 600_000 },
    async () => {
      // Side by side, as nearly all of the time is waiting; each last owner leaves a lease to wait for.
      const problems = await Promise.all(
        [1, 2, 3, 4].map((n) =>
          twoNamespaces(path.join(folder, `${n}.log`), 5, (round) => round !== 2),
        ),
      )
      expect(problems.flat()).toEqual([])
    },
  )
})
