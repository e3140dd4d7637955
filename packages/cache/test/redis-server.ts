import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Whether there is a server to test with. Without one the tests are skipped, loudly; in CI they fail. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

if (!hasRedis && !process.env['CI'])
  console.error('SKIPPED: no redis-server on PATH, so the Redis store is not tested')

/** A Redis server of its own, on a socket in a folder of its own. */
export class RedisServer {
  readonly socket: string
  readonly #folder: string
  #process: ChildProcess

  private constructor(folder: string) {
    this.#folder = folder
    this.socket = path.join(folder, 'redis.sock')
    this.#process = spawnServer(folder, this.socket)
  }

  static async start(): Promise<RedisServer> {
    if (!hasRedis) throw new Error('no redis-server on PATH, and CI is not to pass without')
    const server = new RedisServer(mkdtempSync(path.join(os.tmpdir(), 'tokkyu-redis-')))
    await server.#untilReady()
    return server
  }

  /** Sends a signal. A server that is to stand still may answer for a moment yet: that is waited for. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
    if (signal === 'SIGSTOP') while (!this.#standsStill());
  }

  /** Each of its threads; where the system does not say, they are taken to. */
  #standsStill(): boolean {
    const threads = `/proc/${this.#process.pid}/task`
    if (!existsSync(threads)) return true
    return readdirSync(threads).every((thread) =>
      / T /.test(readFileSync(path.join(threads, thread, 'stat'), 'utf8')),
    )
  }

  /** With SIGKILL; nothing it held is left. */
  async kill(): Promise<void> {
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
    rmSync(this.socket, { force: true })
  }

  /** Starts it anew at the same place, after it was killed. */
  async revive(): Promise<void> {
    this.#process = spawnServer(this.#folder, this.socket)
    await this.#untilReady()
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #untilReady(): Promise<void> {
    while (!existsSync(this.socket)) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function spawnServer(folder: string, socket: string): ChildProcess {
  const place = ['--port', '0', '--unixsocket', socket, '--dir', folder]
  return spawn('redis-server', [...place, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' })
}
