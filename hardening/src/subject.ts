import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import path from 'node:path'

import type { Feature } from './attack.ts'
import type { Server } from './run.ts'

const ROOT = path.resolve(import.meta.dirname, '..')

/** An app under attack, in a process of its own. */
export class Subject implements Server {
  readonly name: string
  readonly host = '127.0.0.1'
  port = 0
  /** What the framework has not, and the app therefore cannot be asked. */
  lacks: ReadonlySet<Feature> = new Set()
  readonly #folder: string
  #process: ChildProcess | undefined

  private constructor(name: string, folder: string) {
    this.name = name
    this.#folder = folder
  }

  /**
   * @param name - a module in `subjects/` or `peers/`.
   * @param folder - the files that the app serves.
   * @throws {Error} when the process ends before it listens.
   */
  static async start(name: string, folder: string): Promise<Subject> {
    const subject = new Subject(name, folder)
    await subject.restart()
    return subject
  }

  async revive(): Promise<boolean> {
    if (this.#alive) return false
    await this.restart()
    return true
  }

  /** Starts the process, anew if it runs. */
  async restart(): Promise<void> {
    await this.stop()
    const app = fork(
      path.join(ROOT, 'subjects/serve.mjs'),
      [await moduleOf(this.name), this.#folder],
      {
        execArgv: [],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { ...process.env, NODE_ENV: 'production' },
      },
    )
    let complaints = ''
    app.stderr?.on('data', (text: Buffer) => {
      complaints = (complaints + text.toString()).slice(-2_000)
    })
    const [message] = await Promise.race([
      once(app, 'message'),
      once(app, 'exit').then(() => {
        throw new Error(`Cannot start the app of ${this.name}: ${complaints}`)
      }),
    ])
    const { port, lacks } = message as { port: number; lacks: Feature[] }
    this.#process = app
    this.port = port
    this.lacks = new Set(lacks)
  }

  async stop(): Promise<void> {
    if (this.#process === undefined || !this.#alive) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  get #alive(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null
  }
}

async function moduleOf(name: string): Promise<string> {
  const own = path.join(ROOT, 'subjects', `${name}.mjs`)
  return access(own).then(
    () => own,
    () => path.join(ROOT, 'peers', `${name}.mjs`),
  )
}
