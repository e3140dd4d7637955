import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Whether there are servers to test with. Without one its tests are skipped, loudly; in CI they fail. */
export const mayTestRedis = isThere('redis-server', '--version')
export const mayTestMemcached = isThere('memcached', '-V')

function isThere(command: string, question: string): boolean {
  if (spawnSync(command, [question]).status === 0) return true
  if (process.env['CI']) return true // and starting it will fail
  console.error(`SKIPPED: no ${command} on PATH, so sessions in it are not tested`)
  return false
}

/** A server of a test's own, in a folder of its own. It can be killed, and started again. */
class Server {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-server-'))
  readonly #command: string
  readonly #args: string[]
  readonly #address: { path: string } | { port: number; host: string }
  #process: ChildProcess | undefined

  constructor(
    command: string,
    args: (folder: string) => string[],
    address: (folder: string) => { path: string } | { port: number; host: string },
  ) {
    this.#command = command
    this.#args = args(this.folder)
    this.#address = address(this.folder)
  }

  async start(): Promise<this> {
    const started = spawn(this.#command, this.#args, { stdio: 'ignore' })
    this.#process = started
    let failure: Error | undefined
    started.once('error', (error) => {
      failure = error
    })
    while (!(await this.#answers())) {
      if (failure) throw failure
      if (started.exitCode !== null) throw new Error(`${this.#command} ended: ${started.exitCode}`)
      await sleep(20)
    }
    return this
  }

  /** Sends a signal. A server that is to stand still may answer for a moment yet: that is waited for. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
    if (signal === 'SIGSTOP') while (!this.#standsStill());
  }

  /** Each of its threads; where the system does not say, they are taken to. */
  #standsStill(): boolean {
    const threads = `/proc/${this.#process?.pid}/task`
    if (!existsSync(threads)) return true
    return readdirSync(threads).every((thread) =>
      / T /.test(readFileSync(path.join(threads, thread, 'stat'), 'utf8')),
    )
  }

  async kill(): Promise<void> {
    const process = this.#process
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return
    const gone = once(process, 'exit')
    process.kill('SIGKILL')
    await gone
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#address as { path: string })
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
  }
}

const inMemory = ['--save', '', '--appendonly', 'no']

export class RedisServer extends Server {
  readonly socket = path.join(this.folder, 'redis.sock')

  constructor(options: string[] = []) {
    super(
      'redis-server',
      (folder) => [
        '--port',
        '0',
        '--unixsocket',
        path.join(folder, 'redis.sock'),
        '--dir',
        folder,
        ...inMemory,
        ...options,
      ],
      (folder) => ({ path: path.join(folder, 'redis.sock') }),
    )
  }

  /** One command, by redis-cli. */
  ask(...command: string[]): string {
    return execFileSync('redis-cli', ['-s', this.socket, ...command], { encoding: 'utf8' }).trim()
  }
}

const host = '127.0.0.1'

class ClusterNode extends Server {
  readonly port: number

  constructor(port: number) {
    super(
      'redis-server',
      (folder) => [
        '--port',
        `${port}`,
        '--bind',
        host,
        '--dir',
        folder,
        '--cluster-enabled',
        'yes',
        '--cluster-node-timeout',
        '2000',
        ...inMemory,
      ],
      () => ({ port, host }),
    )
    this.port = port
  }
}

/** Three masters on loopback that share the slots. */
export class RedisCluster {
  readonly nodes: ClusterNode[] = []

  get addresses(): { host: string; port: number }[] {
    return this.nodes.map(({ port }) => ({ host, port }))
  }

  async start(): Promise<this> {
    // A node listens for its peers ten thousand ports higher.
    for (let n = 0; n < 3; n++) this.nodes.push(new ClusterNode(await freePort(10_000)))
    await Promise.all(this.nodes.map((node) => node.start()))
    const addresses = this.nodes.map(({ port }) => `${host}:${port}`)
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'])
    for (const { port } of this.nodes) {
      while (!this.ask(port, 'CLUSTER', 'INFO').includes('cluster_state:ok')) await sleep(50)
    }
    return this
  }

  readonly ask = ask

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()))
  }
}

/** A master and its replica on loopback, and a sentinel that puts one in the place of the other. */
export class RedisSentinel {
  readonly name = 'the-master'
  readonly #servers: Server[] = []
  #port = 0

  get addresses(): { host: string; port: number }[] {
    return [{ host, port: this.#port }]
  }

  async start(): Promise<this> {
    const [master, replica, sentinel] = [await freePort(), await freePort(), await freePort()]
    await this.#launch(master)
    await this.#launch(replica, ['--replicaof', host, `${master}`])
    while (!ask(replica, 'INFO', 'replication').includes('master_link_status:up')) await sleep(50)
    const server = new SentinelServer(sentinel, this.name, master)
    this.#servers.push(await server.start())
    this.#port = sentinel
    while (!ask(sentinel, 'INFO', 'sentinel').includes('slaves=1')) await sleep(50)
    return this
  }

  /** Kills the master, once its replica has everything. */
  async killMaster(): Promise<void> {
    const [master] = this.#servers as [TcpRedisServer]
    ask(master.port, 'WAIT', '1', '10000')
    await master.kill()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()))
  }

  async #launch(port: number, options: string[] = []): Promise<void> {
    this.#servers.push(await new TcpRedisServer(port, options).start())
  }
}

class TcpRedisServer extends Server {
  readonly port: number

  constructor(port: number, options: string[]) {
    super(
      'redis-server',
      (folder) => ['--port', `${port}`, '--bind', host, '--dir', folder, ...inMemory, ...options],
      () => ({ port, host }),
    )
    this.port = port
  }
}

class SentinelServer extends Server {
  constructor(port: number, name: string, master: number) {
    super(
      'redis-server',
      (folder) => {
        const file = path.join(folder, 'sentinel.conf')
        const lines = [
          `port ${port}`,
          `bind ${host}`,
          `dir ${folder}`,
          `sentinel monitor ${name} ${host} ${master} 1`,
          `sentinel down-after-milliseconds ${name} 500`,
          `sentinel failover-timeout ${name} 3000`,
        ]
        writeFileSync(file, lines.join('\n'))
        return [file, '--sentinel']
      },
      () => ({ port, host }),
    )
  }
}

export class MemcachedServer extends Server {
  readonly port: number

  constructor(port: number, options: string[] = []) {
    super(
      'memcached',
      () => ['-u', 'nobody', '-l', host, '-p', `${port}`, '-U', '0', ...options],
      () => ({ port, host }),
    )
    this.port = port
  }

  get address(): string {
    return `${host}:${this.port}`
  }

  static async launch(options?: string[]): Promise<MemcachedServer> {
    return new MemcachedServer(await freePort(), options).start()
  }

  /** One command of the text protocol, and the first line of its answer. */
  async ask(command: string): Promise<string> {
    const socket = connect(this.port, host).setEncoding('utf8')
    socket.write(`${command}\r\n`)
    const [answer] = (await once(socket, 'data')) as [string]
    socket.destroy()
    return answer.trim()
  }
}

/** One command to a server on loopback, by redis-cli. */
function ask(port: number, ...command: string[]): string {
  return execFileSync('redis-cli', ['-p', `${port}`, ...command], { encoding: 'utf8' }).trim()
}

/** @param beside - the port so much higher is free, too. */
async function freePort(beside = 0): Promise<number> {
  for (;;) {
    const port = await listen(0)
    if (beside === 0) return port
    if (port + beside < 65_536 && (await listen(port + beside)) > 0) return port
    if (port - beside > 1024 && (await listen(port - beside)) > 0) return port - beside
  }
}

function listen(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(0))
    server.listen(wanted, host, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
