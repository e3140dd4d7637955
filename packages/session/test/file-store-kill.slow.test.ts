import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FileStore } from '@tokkyu/session'

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-kill-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Files that each process is writing when it is killed; every second one is being rewritten, too. */
const FILES = 4
/** Points at which a file loses its writer. */
const POINTS = Number(process.env['KILL_POINTS'] ?? 100)

describe('a FileStore whose process is killed', () => {
  it(
    `keeps every acknowledged session and nothing broken, at ${POINTS} random points`,
    { timeout: 120_000 },
    async () => {
      const problems: string[] = []
      let stored = 0
      let left = POINTS / FILES
      const worker = async (): Promise<void> => {
        for (let kill = left--; kill > 0; kill = left--) {
          const files = Array.from({ length: FILES }, (_, at) =>
            path.join(folder, `${kill}-${at}.log`),
          )
          const said = await killedWriter(files)
          for (const [at, file] of files.entries()) {
            const mine = said
              .filter((line) => line.startsWith(`${at} `))
              .map((line) => line.slice(2))
            const result = check(file, mine)
            stored += result.stored
            problems.push(...result.problems.map((problem) => `${file}: ${problem}`))
          }
        }
      }
      await Promise.all([worker(), worker()])
      expect(problems).toEqual([])
      expect(stored).toBeGreaterThan(POINTS)
    },
  )
})

/** Lets a process write for a random while, kills it with SIGKILL, and gives back what it said. */
function killedWriter(files: string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', WRITER, ...files], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: path.join(import.meta.dirname, '..'),
    })
    let said = ''
    let isAimed = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      // From its first word, so that each is killed while it writes.
      if (!isAimed) setTimeout(() => child.kill('SIGKILL'), Math.random() * 25)
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
  return { stored: acknowledged.size, problems }
}

/**
 * A process that writes sessions into several files without end. It says on its standard output what
 * it is about to destroy, and what has been acknowledged; a pipe survives its writer.
 */
const WRITER = `
const { writeSync } = require('node:fs')
const { FileStore } = require('@tokkyu/session')

const [, ...files] = process.argv
const cookie = { originalMaxAge: 3_600_000, expires: new Date(Date.now() + 3_600_000), path: '/' }
let n = 0

files.forEach((path, at) => {
  const store = new FileStore({ path })
  for (let writer = 0; writer < 4; writer++) void write(store, at, writer)
  if (at % 2 === 0) void compact(store)
})

async function write(store, at, writer) {
  for (;;) {
    const id = \`\${writer}-\${Math.floor(Math.random() * 20)}\`
    const mine = ++n
    if (mine % 10 === 0) {
      writeSync(1, \`\${at} destroying \${id} \${mine}\\n\`)
      await store.destroy(id)
      writeSync(1, \`\${at} destroyed \${id} \${mine}\\n\`)
    } else {
      await store.set(id, { n: mine, text: 'é'.repeat(Math.random() * 300), cookie })
      writeSync(1, \`\${at} stored \${id} \${mine}\\n\`)
    }
  }
}

async function compact(store) {
  for (;;) await store.compact()
}
`
