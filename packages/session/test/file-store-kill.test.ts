import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FileStore } from '@tokkyu/session'

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-kill-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** How often a writer is killed; the processes, two at a time, take about 0.1 s each. */
const KILLS = Number(process.env['KILLS'] ?? 100)

describe('a FileStore whose process is killed', () => {
  it(
    `keeps every acknowledged session and nothing broken, at ${KILLS} random points`,
    { timeout: 120_000 },
    async () => {
      const problems: string[] = []
      let stored = 0
      let left = KILLS
      const worker = async (): Promise<void> => {
        for (let kill = left--; kill > 0; kill = left--) {
          const file = path.join(folder, `${kill}.log`)
          const said = await killedWriter(file, kill % 2 === 0 ? 'compact' : 'plain')
          const result = check(file, said)
          stored += result.stored
          problems.push(...result.problems.map((problem) => `kill ${kill}: ${problem}`))
        }
      }
      await Promise.all([worker(), worker()])
      expect(problems).toEqual([])
      expect(stored).toBeGreaterThan(KILLS)
    },
  )
})

/** Lets a process write for a random while, kills it with SIGKILL, and gives back what it said. */
function killedWriter(file: string, mode: string): Promise<string[]> {
  return new Promise((resolve) => {
    const script = path.join(import.meta.dirname, 'file-store-writer.cjs')
    const child = spawn(process.execPath, [script, file, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    let isAimed = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      // From its first word, so that each is killed while it writes.
      if (!isAimed) setTimeout(() => child.kill('SIGKILL'), Math.random() * 20)
      isAimed = true
    })
    child.once('close', () => resolve(said.split('\n').slice(0, -1)))
  })
}

function check(file: string, said: string[]): { stored: number; problems: string[] } {
  // What was last acknowledged of each id, and whether it was about to be destroyed later.
  const acknowledged = new Map<string, { verb: string; n: number }>()
  const destroying = new Map<string, number>()
  for (const line of said) {
    const [verb = '', id = '', n = ''] = line.split(' ')
    if (verb === 'destroying') destroying.set(id, Number(n))
    else if ((acknowledged.get(id)?.n ?? 0) < Number(n))
      acknowledged.set(id, { verb, n: Number(n) })
  }
  const store = new FileStore({ path: file })
  const { sessions } = store
  void store.close()
  const problems = []
  for (const [id, { verb, n }] of acknowledged) {
    const found = sessions[id]?.['n'] as number | undefined
    const mayBeGone = verb === 'destroyed' || (destroying.get(id) ?? 0) > n
    if (found === undefined && !mayBeGone) problems.push(`${id} vanished, ${n} was acknowledged`)
    if (found !== undefined && found < n) problems.push(`${id} is ${found}, ${n} was acknowledged`)
  }
  if (existsSync(`${file}.new.lock`)) problems.push('a lock was left behind')
  return { stored: acknowledged.size, problems }
}
