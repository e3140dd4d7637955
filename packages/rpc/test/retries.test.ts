import net from 'node:net'

import { describe, expect, it } from 'vitest'

import { Retries } from '../src/client/retry.ts'
import { type Balancer, connect, type Handlers, RpcError, staticRegistry } from '../src/index.ts'
import {
  afterwards,
  all,
  clientOf,
  deferred,
  type Numbers,
  numbers,
  pair,
  serve,
  upTo,
} from './numbers.ts'

type ClientOf = ReturnType<typeof connect<Numbers>>

const unavailable = (reached: boolean): RpcError => new RpcError('UNAVAILABLE', '', { reached })

const wait = { pause: () => 0, stopped: () => false }

/** Makes a call that fails in the given ways and then succeeds; says how often it was made. */
async function made(errors: Error[], idempotent: boolean): Promise<number> {
  let times = 0
  await new Retries()
    .around(idempotent, wait, async () => {
      const error = errors[times++]
      if (error) throw error
    })
    .catch(() => {})
  return times
}

describe('a call is made again', () => {
  it('when no handler has seen it', async () =>
    expect(await made([unavailable(false)], false)).toBe(2))
  it('when it is idempotent and the server is gone', async () =>
    expect(await made([unavailable(true)], true)).toBe(2))
  it('three times at most', async () =>
    expect(await made(Array<Error>(9).fill(unavailable(false)), false)).toBe(3))
})

describe('a call is not made again', () => {
  it('when a handler may have seen it', async () =>
    expect(await made([unavailable(true)], false)).toBe(1))
  it('when it was answered', async () =>
    expect(await made([new RpcError('ABORTED')], true)).toBe(1))

  it('and its error says that a handler may have seen one of its attempts', async () => {
    const errors = [unavailable(true), unavailable(false), unavailable(false)]
    const call = new Retries().around(true, wait, async () => {
      throw errors.shift()!
    })
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', reached: true })
  })

  it('when the retries of other calls have used up the budget', async () => {
    const retries = new Retries({ attempts: 2, budget: 0.1, reserve: 10 })
    let times = 0
    const failing = Array.from({ length: 200 }, () =>
      retries
        .around(false, wait, async () => {
          times++
          throw unavailable(false)
        })
        .catch(() => {}),
    )
    await Promise.all(failing)
    // 200 calls, the 10 of the reserve, and a tenth of 200.
    expect(times).toBeLessThanOrEqual(230)
    expect(times).toBeGreaterThan(205)
  })
})

describe('a server that restarts', () => {
  it('costs no idempotent call', { timeout: 60_000 }, async () => {
    // A front that cuts every connection after some time, whatever runs over it.
    const { port } = await serve({
      double: async ({ value }) => {
        await new Promise((resolve) => setTimeout(resolve, 1))
        return { value: value * 2 }
      },
    })
    const links = new Set<net.Socket>()
    const front = net.createServer((socket) => {
      const link = net.connect(port, '127.0.0.1')
      for (const [one, other] of [
        [socket, link],
        [link, socket],
      ] as const) {
        links.add(one)
        one.pipe(other)
        one.on('error', () => {})
        one.on('close', () => {
          links.delete(one)
          other.destroy()
        })
      }
    })
    await new Promise<void>((resolve) => void front.listen(0, '127.0.0.1', resolve))
    afterwards(() => {
      front.close()
      for (const link of links) link.destroy()
    })
    const client = clientOf((front.address() as net.AddressInfo).port, {
      retry: { attempts: 6, budget: 1, reserve: 1000 },
    })
    for (let restart = 0; restart < 20; restart++) {
      const calls = Array.from({ length: 20 }, (_, value) => client.double({ value }))
      setTimeout(() => {
        for (const link of links) link.destroy()
      }, restart % 4)
      const values = (await Promise.all(calls)).map(({ value }) => value)
      expect(values).toEqual(Array.from({ length: 20 }, (_, value) => value * 2))
    }
  })

  it('fails a call that is not idempotent rather than make it twice', async () => {
    let seen = 0
    const begun = deferred()
    const { port, close } = await serve({
      sum: async () => {
        seen++
        begun.resolve()
        return new Promise(() => {})
      },
    })
    const call = clientOf(port).sum([{ value: 1 }])
    void begun.promise.then(() => close(0))
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', reached: true })
    expect(seen).toBe(1)
  })
})

describe('a call that its caller says is idempotent', () => {
  it('is made again after a server said it is unavailable', async () => {
    let times = 0
    const client = await pair({
      double({ value }) {
        if (++times === 1) throw new RpcError('UNAVAILABLE')
        return { value }
      },
    })
    expect(await client.double({ value: 3 }, { idempotent: true })).toMatchObject({ value: 3 })
  })
})

/** A client of two servers that asks the first one first, whenever it may. */
async function ofTwo(first: Handlers<Numbers>, second: Handlers<Numbers>): Promise<ClientOf> {
  const ports = [await serve(first), await serve(second)].map(({ port }) => port)
  const registry = staticRegistry({ numbers: ports.map((port) => `127.0.0.1:${port}`) })
  const balance: Balancer = { pick: ([candidate]) => candidate! }
  const client = connect(numbers, 'numbers', { registry, balance })
  afterwards(() => client.$channel.destroy())
  return client
}

/** Handlers that are never available. */
const failing = (seen: number[]): Handlers<Numbers> => ({
  double({ value }) {
    seen.push(value)
    throw new RpcError('UNAVAILABLE')
  },
  // oxlint-disable-next-line require-yield
  *count({ value }) {
    seen.push(value)
    throw new RpcError('UNAVAILABLE')
  },
})

describe('a call that is made again', () => {
  it('goes to another server, though the first one can be reached', async () => {
    const seen: number[] = []
    const client = await ofTwo(failing(seen), { double: ({ value }) => ({ value: value * 2 }) })
    expect(await client.double({ value: 4 })).toMatchObject({ value: 8 })
    expect(seen).toEqual([4])
  })

  it('goes to another server when it has many responses, too', async () => {
    const seen: number[] = []
    const client = await ofTwo(failing(seen), { count: ({ value }) => upTo(value) })
    const responses = await all(client.count({ value: 3 }, { idempotent: true }))
    expect(responses.map(({ value }) => value)).toEqual([1, 2, 3])
    expect(seen).toEqual([3])
  })
})

/** How many timers run in this process. */
const timers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

/** A server whose first calls break off after some responses, and what all of its calls were. */
function breakingOff(
  times: number,
  after: number,
): { handlers: Handlers<Numbers>; seen: number[] } {
  const seen: number[] = []
  return {
    seen,
    handlers: {
      *count({ value }) {
        seen.push(value)
        yield* upTo(after)
        if (seen.length <= times) throw new RpcError('UNAVAILABLE', `no ${seen.length}`)
      },
    },
  }
}

describe('a call of many responses', () => {
  it('is made again when it is idempotent and has failed before the first', async () => {
    const { handlers, seen } = breakingOff(2, 0)
    const client = await pair(handlers)
    expect(await all(client.count({ value: 7 }, { idempotent: true }))).toEqual([])
    expect(seen).toEqual([7, 7, 7])
  })

  it('is not made again when it is not idempotent and was seen', async () => {
    const { handlers, seen } = breakingOff(1, 0)
    const client = await pair(handlers)
    await expect(all(client.count({ value: 7 }))).rejects.toMatchObject({ details: 'no 1' })
    expect(seen).toEqual([7])
  })

  it('is not made again after a response', async () => {
    const { handlers, seen } = breakingOff(1, 1)
    const responses = (await pair(handlers)).count({ value: 7 }, { idempotent: true })
    expect(await responses.next()).toMatchObject({ value: { value: 1 } })
    await expect(responses.next()).rejects.toMatchObject({ details: 'no 1' })
    expect(seen).toEqual([7])
  })

  it('is not made again inside interceptors, which would see it twice', async () => {
    const { handlers, seen } = breakingOff(1, 0)
    const interceptors = [(_: unknown, next: () => Promise<unknown>) => next()]
    const client = await pair(handlers, { client: { interceptors } })
    await expect(all(client.count({ value: 7 }, { idempotent: true }))).rejects.toMatchObject({
      details: 'no 1',
    })
    expect(seen).toEqual([7])
  })

  it('is not made again when nobody wants it any more', async () => {
    const { handlers, seen } = breakingOff(9, 0)
    const client = await pair(handlers, { client: { retry: { attempts: 9 } } })
    const controller = new AbortController()
    const call = all(client.count({ value: 7 }, { idempotent: true, signal: controller.signal }))
    await expect.poll(() => seen.length, { interval: 1, timeout: 10_000 }).toBeGreaterThan(0)
    controller.abort()
    await expect(call).rejects.toBeInstanceOf(RpcError)
    expect(seen.length).toBeLessThan(9)
  })

  it('keeps no timer when it has ended and nobody ever asks for a response', async () => {
    const client = await pair({ count: ({ value }) => upTo(value) })
    await all(client.count({ value: 1 }))
    const before = timers()
    for (let call = 0; call < 50; call++) client.count({ value: 1 }, { deadline: 60_000 })
    expect(timers()).toBeGreaterThanOrEqual(before + 50)
    await expect.poll(timers, { interval: 5, timeout: 10_000 }).toBeLessThan(before + 25)
  })

  it('tells at its end how the last attempt has failed, each time it is asked', async () => {
    const { handlers } = breakingOff(9, 0)
    const responses = (await pair(handlers)).count({ value: 7 }, { idempotent: true })
    await expect(responses.next()).rejects.toMatchObject({ details: 'no 3', reached: true })
    expect(await responses.next()).toMatchObject({ done: true })
  })
})

describe('a limit of retries that cannot be meant', () => {
  it.each([
    ['attempts', 0],
    ['attempts', Number.NaN],
    ['budget', -1],
    ['reserve', '100'],
  ])('is refused as %s of %s', (name, value) => {
    expect(() => new Retries({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'RPC_BAD_OPTION', option: `retry.${name}` }),
    )
  })
})
