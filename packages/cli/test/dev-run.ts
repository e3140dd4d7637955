import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'

import { bin } from './tokkyu.ts'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly reusedSocket: boolean
}

export interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly agent?: Agent
}

/** `tokkyu dev` in a folder, from its start until it is stopped. */
export class DevRun {
  output = ''
  private readonly child: ChildProcess
  private waiting: (() => void)[] = []

  constructor(folder: string, args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, [bin, 'dev', ...args], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk) => {
        this.output += String(chunk)
        for (const look of this.waiting) look()
      })
  }

  /** Settles when `count` pieces of the output match. */
  async prints(wanted: RegExp, count = 1): Promise<void> {
    const all = new RegExp(wanted, 'gm')
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if ([...this.output.matchAll(all)].length < count) return
        this.waiting = this.waiting.filter((each) => each !== look)
        resolve()
      }
      this.waiting.push(look)
      look()
    })
  }

  /** Settles when it has started the application that many times. */
  async starts(count = 1): Promise<void> {
    await this.prints(/^http:.* ms {2}/, count)
  }

  get port(): number {
    return Number(/^http:\/\/localhost:(\d+)\//m.exec(this.output)?.[1])
  }

  ask(path: string, { method = 'GET', headers = {}, body, agent }: Asked = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { port: this.port, path, method, headers, agent: agent ?? false },
        (answer) => {
          let text = ''
          answer.on('data', (chunk) => (text += String(chunk)))
          answer.once('error', reject)
          answer.once('end', () => {
            const { statusCode = 0, headers: received } = answer
            resolve({
              status: statusCode,
              headers: received,
              text,
              reusedSocket: asked.reusedSocket,
            })
          })
        },
      )
      asked.once('error', reject)
      asked.end(body)
    })
  }

  /** An answer that goes on: `saw` settles when its text matches, `ended` gives all of it. */
  follow(path: string): { saw: (wanted: RegExp) => Promise<void>; ended: Promise<string> } {
    const events = new EventEmitter()
    let text = ''
    request({ port: this.port, path, agent: false }, (answer) => {
      answer.on('data', (chunk) => {
        text += String(chunk)
        events.emit('text')
      })
      answer.once('end', () => events.emit('end'))
    }).end()
    return {
      saw: async (wanted) => {
        while (!wanted.test(text)) await once(events, 'text')
      },
      ended: once(events, 'end').then(() => text),
    }
  }

  /** @returns the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const { exitCode, signalCode } = this.child
    if (exitCode !== null || signalCode !== null) return exitCode
    this.child.kill(signal)
    const [code] = (await once(this.child, 'exit')) as [number | null]
    return code
  }
}
