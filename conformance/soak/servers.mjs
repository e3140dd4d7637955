// Starts the servers under soak, asks them how they are, and stops them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const vitals = pathToFileURL(path.join(import.meta.dirname, 'report-vitals.mjs')).href

/** A program that prints one line when it is ready; what it says on stderr is kept, for it should say nothing. */
export class Server {
  #name
  #args
  #env
  #child
  errors = ''

  constructor(name, args, env) {
    this.#name = name
    this.#args = args
    this.#env = env
  }

  get pid() {
    return this.#child.pid
  }

  /** @returns the line by which it says that it is ready. */
  async start() {
    const args = ['--import', vitals, ...this.#args]
    this.#child = spawn(process.execPath, args, {
      env: { ...process.env, NODE_NO_WARNINGS: '1', ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stderr.on('data', (chunk) => (this.errors += chunk))
    const gone = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`${this.#name} ended with ${code}: ${this.errors}`)
    })
    gone.catch(() => {})
    const [line] = await Promise.race([once(this.#child.stdout, 'data'), gone])
    this.#child.stdout.resume()
    return String(line)
  }

  signal(name) {
    this.#child.kill(name)
  }

  /** By SIGTERM, as whoever runs it would. */
  async stop() {
    if (this.#child.exitCode !== null) return this.#child.exitCode
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const [code, signal] = await exit
    return signal ?? code
  }

  kill() {
    if (this.#child?.exitCode === null) this.#child.kill('SIGKILL')
  }
}

/** What a process holds, after a collection of its garbage. */
export async function vitalsOf(pid, folder) {
  const file = path.join(folder, `${pid}.json`)
  rmSync(file, { force: true })
  process.kill(pid, 'SIGWINCH')
  const until = Date.now() + 30_000
  while (!existsSync(file)) {
    if (Date.now() > until) throw new Error(`process ${pid} does not say how it is`)
    // oxlint-disable-next-line no-await-in-loop -- until it is there
    await wait(20)
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** The processes that a process has started. */
export function childrenOf(pid) {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.split(' ').filter(Boolean).map(Number)
}
