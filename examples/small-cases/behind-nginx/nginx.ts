import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Without nginx its tests are skipped, loudly; where CI is set they fail. */
export const hasNginx = spawnSync('nginx', ['-v']).error === undefined || Boolean(process.env['CI'])
if (!hasNginx) console.error('SKIPPED: no nginx on PATH, so the app behind it is not tested')

/** The site of nginx.conf, on a free port in front of another one. */
export class Nginx {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'behind-nginx-'))
  #child: ChildProcess | undefined
  port = 0

  async start(app: number): Promise<void> {
    this.port = await freePort()
    const site = readFileSync(path.join(import.meta.dirname, 'nginx.conf'), 'utf8')
      .replace('listen 80;', `listen 127.0.0.1:${this.port};`)
      .replace('127.0.0.1:3000', `127.0.0.1:${app}`)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${this.#folder}/${name};`,
    )
    const file = path.join(this.#folder, 'nginx.conf')
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${this.#folder}/pid; error_log stderr crit;
      events {}
      http { access_log off; ${temporary.join(' ')} ${site} }`,
    )
    const child = spawn('nginx', ['-p', this.#folder, '-e', 'stderr', '-c', file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    this.#child = child
    while (!(await isOpen(this.port))) {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${child.exitCode}`)
      await sleep(20)
    }
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child && child.exitCode === null) {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    }
    rmSync(this.#folder, { recursive: true, force: true })
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

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(port, '127.0.0.1')
    client.once('error', () => resolve(false))
    client.once('connect', () => resolve(true))
    client.once('connect', () => client.destroy())
  })
}
