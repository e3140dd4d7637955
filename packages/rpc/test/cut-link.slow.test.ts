import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { type Client, connect, type ConnectOptions } from '../src/index.ts'
import { afterwards, numbers, type Numbers } from './numbers.ts'

const fixture = fileURLToPath(new URL('cut-link.fixture.mjs', import.meta.url))

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' })
}

/** Whether this process may make networks of its own, which takes root and iproute2. */
function mayMakeNetworks(): boolean {
  const name = `rpc-may-${process.pid}`
  try {
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return true
  } catch (error) {
    console.warn(`NOT TESTED: a link that is cut. It needs root and iproute2: ${String(error)}`)
    return false
  }
}

/** Two networks with a link between them that can be cut at the other end: this side hears nothing of it. */
class Link {
  static #made = 0
  readonly #namespace = `rpc-${process.pid}-${++Link.#made}`
  /** No longer than the 15 characters that an interface may have. */
  readonly #near = `rpcn${process.pid}${Link.#made}`
  readonly #far = `rpcf${process.pid}${Link.#made}`
  /** Out of the addresses for tests between networks (RFC 2544). */
  readonly #net = `198.18.${process.pid % 250}.${4 * Link.#made}`
  readonly host = this.#address(2)

  constructor() {
    ip('netns', 'add', this.#namespace)
    afterwards(() => ip('netns', 'del', this.#namespace))
    ip('link', 'add', this.#near, 'type', 'veth', 'peer', 'name', this.#far)
    afterwards(() => ip('link', 'del', this.#near))
    ip('link', 'set', this.#far, 'netns', this.#namespace)
    ip('addr', 'add', `${this.#address(1)}/30`, 'dev', this.#near)
    ip('-n', this.#namespace, 'addr', 'add', `${this.host}/30`, 'dev', this.#far)
    ip('link', 'set', this.#near, 'up')
    this.mend()
  }

  /** Starts a server at the other end. */
  async serve(): Promise<{ port: number; server: ChildProcess }> {
    const words = ['netns', 'exec', this.#namespace, process.execPath, fixture, this.host]
    const server = spawn('ip', words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    afterwards(() => server.kill('SIGKILL'))
    return { port: (await heard<{ port: number }>(server)).port, server }
  }

  cut(): void {
    ip('-n', this.#namespace, 'link', 'set', this.#far, 'down')
  }

  mend(): void {
    ip('-n', this.#namespace, 'link', 'set', this.#far, 'up')
  }

  #address(last: number): string {
    const [, net, base] = /(.*)\.(\d+)/.exec(this.#net)!
    return `${net}.${Number(base) + last}`
  }
}

/** The next thing that a server says. */
async function heard<T>(server: ChildProcess): Promise<T> {
  const [message] = (await once(server, 'message')) as [T]
  return message
}

async function connected(
  options: ConnectOptions = {},
): Promise<{ link: Link; server: ChildProcess; client: Client<Numbers> }> {
  const link = new Link()
  const { port, server } = await link.serve()
  const client = connect(numbers, { host: link.host, port }, options)
  afterwards(() => client.$channel.destroy())
  expect(await client.double({ value: 1 })).toMatchObject({ value: 2 })
  return { link, server, client }
}

describe.skipIf(!mayMakeNetworks())('a link that is cut', { timeout: 60_000 }, () => {
  it('fails calls when their deadline passes, and no sooner', async () => {
    const { link, client } = await connected()
    link.cut()
    const start = performance.now()
    await Promise.all(
      [100, 200, 400].map(async (deadline) => {
        await expect(client.double({ value: 1 }, { deadline })).rejects.toMatchObject({
          code: 'DEADLINE_EXCEEDED',
        })
        const waited = performance.now() - start
        expect(waited).toBeGreaterThanOrEqual(deadline - 2) // timers may be early by one
        expect(waited).toBeLessThan(20_000) // TCP would have tried for minutes
      }),
    )
  })

  it('is found by keepalive at both ends, and fails calls without deadline', async () => {
    const { link, server, client } = await connected({ keepalive: { interval: 100, timeout: 200 } })
    const call = client.sum([{ value: 1 }])
    await heard(server)
    const aborted = heard(server)
    link.cut()
    await expect(call).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: expect.stringContaining('no longer answers'),
      reached: true,
    })
    expect(await aborted).toEqual({ aborted: 'The caller is gone' })
  })

  it('costs nothing more once it is whole again', async () => {
    const { link, client } = await connected({ keepalive: { interval: 100, timeout: 200 } })
    const call = client.sum([{ value: 1 }])
    link.cut()
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    link.mend()
    const answered = (): Promise<unknown> => client.double({ value: 3 }, { deadline: 2000 })
    await expect
      .poll(() => answered().catch(() => undefined), { timeout: 30_000, interval: 20 })
      .toMatchObject({ value: 6 })
  })
})
