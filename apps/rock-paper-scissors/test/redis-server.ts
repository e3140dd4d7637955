import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Whether there is a server to test with. Without one its tests are skipped, loudly; in CI they fail. */
export const mayTestRedis = isThere()

function isThere(): boolean {
  if (process.env['CI'] || spawnSync('redis-server', ['--version']).status === 0) return true
  console.error('SKIPPED: no redis-server on PATH, so a game of several processes is not tested')
  return false
}

/** A Redis of a test's own, on a free port of this machine, that keeps nothing on the disk. */
export class RedisServer {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'game-redis-'))
  #port = 0
  #process: ChildProcess | undefined

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  async start(): Promise<this> {
    this.#port ||= await freePort()
    const options = ['--bind', '127.0.0.1', '--dir', this.#folder, '--save', '']
    this.#process = spawn('redis-server', ['--port', String(this.#port), ...options], {
      stdio: 'ignore',
    })
    // oxlint-disable-next-line no-await-in-loop -- asked until it answers
    while (!(await this.#answers())) await pause(20)
    return this
  }

  async stop(): Promise<void> {
    const server = this.#process
    if (server && server.exitCode === null && server.signalCode === null) {
      const gone = once(server, 'exit')
      server.kill('SIGKILL')
      await gone
    }
  }

  async end(): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
