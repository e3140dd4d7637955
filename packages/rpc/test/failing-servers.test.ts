import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { Breaker, breakerOf } from '../src/addressing/breaker.ts'
import { Peer } from '../src/addressing/peer.ts'
import { subsetOf } from '../src/addressing/subset.ts'
import {
  connect,
  type ConnectOptions,
  type Endpoint,
  type Registry,
  type RegistryObserver,
  RpcError,
  staticRegistry,
} from '../src/index.ts'
import { limitsOf } from '../src/limits.ts'
import { abortOf, afterwards, deferred, type Numbers, numbers, serve } from './numbers.ts'

const internal = new RpcError('INTERNAL')

function clientOf(
  ports: number[],
  options: ConnectOptions = {},
): ReturnType<typeof connect<Numbers>> {
  const registry = staticRegistry({ catalog: ports.map((port) => `127.0.0.1:${port}`) })
  const client = connect(numbers, 'catalog', { registry, ...options })
  afterwards(() => client.$channel.destroy())
  return client
}

/** A clock that a test moves by hand. */
function clock(): { pass: (milliseconds: number) => void } {
  let now = 1000
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now)
  onTestFinished(() => spy.mockRestore())
  return { pass: (milliseconds) => void (now += milliseconds) }
}

/** So many calls that fail, one after the other. */
function fail(breaker: Breaker, times: number, error = internal): void {
  for (let time = 0; time < times; time++) breaker.begin()(error)
}

/** A server that fails every call and one that fails none, what they have seen, and a client of both. */
async function both(
  options: ConnectOptions,
): Promise<{ seen: number[]; client: ReturnType<typeof clientOf> }> {
  const seen = [0, 0]
  const bad = await serve({
    double() {
      seen[0]!++
      throw internal
    },
  })
  const good = await serve({
    double({ value }) {
      seen[1]!++
      return { value }
    },
  })
  return { seen, client: clientOf([bad.port, good.port], { balance: 'round-robin', ...options }) }
}

const names = (list: readonly Endpoint[]): unknown[] => list.map(({ address }) => address)

const at = (port: number): Endpoint => ({ address: { host: '127.0.0.1', port } })

describe('a breaker', () => {
  const options = breakerOf({ failures: 3, pause: 1000 })

  it('leaves a server alone after failures in a row', () => {
    clock()
    const breaker = new Breaker(options, () => true)
    fail(breaker, 2)
    expect(breaker.pause).toBe(0)
    fail(breaker, 1)
    expect(breaker.pause).toBeGreaterThanOrEqual(750)
    expect(breaker.pause).toBeLessThanOrEqual(1250)
  })

  it('does not when one of them succeeds', () => {
    const breaker = new Breaker(options, () => true)
    fail(breaker, 2)
    breaker.begin()(undefined)
    fail(breaker, 2)
    expect(breaker.isOpen).toBe(false)
  })

  it.each([
    ['NOT_FOUND', new RpcError('NOT_FOUND')],
    ['CANCELLED', new RpcError('CANCELLED')],
    ['an UNAVAILABLE that no handler saw', new RpcError('UNAVAILABLE', '', { reached: false })],
  ])('does not count %s', (_, error) => {
    const breaker = new Breaker(options, () => true)
    fail(breaker, 9, error)
    expect(breaker.isOpen).toBe(false)
  })

  it('lets one call try the server when the pause is over', () => {
    const { pass } = clock()
    const breaker = new Breaker(options, () => true)
    fail(breaker, 3)
    pass(1250)
    expect(breaker.pause).toBe(0)
    const tried = breaker.begin()
    expect(breaker.pause).toBeGreaterThan(0)
    tried(undefined)
    expect(breaker.isOpen).toBe(false)
  })

  it('waits twice as long after a try that failed, and 30 times at most', () => {
    const { pass } = clock()
    const breaker = new Breaker(options, () => true)
    fail(breaker, 3)
    pass(1250)
    fail(breaker, 1)
    expect(breaker.pause).toBeGreaterThanOrEqual(1500)
    for (let time = 0; time < 20; time++) {
      pass(40_000)
      fail(breaker, 1)
    }
    expect(breaker.pause).toBeLessThanOrEqual(37_500)
  })

  it('lets the next call try when the one that tried was cancelled', () => {
    const { pass } = clock()
    const breaker = new Breaker(options, () => true)
    fail(breaker, 3)
    pass(1250)
    breaker.begin()(new RpcError('CANCELLED'))
    expect(breaker.isOpen).toBe(true)
    expect(breaker.pause).toBe(0)
  })

  it('does not hear calls that were begun before', () => {
    clock()
    const breaker = new Breaker(options, () => true)
    const early = breaker.begin()
    fail(breaker, 3)
    const { pause } = breaker
    early(internal)
    expect(breaker.pause).toBe(pause)
  })

  it.each([
    [{ failures: 0 }, 'breaker.failures'],
    [{ pause: 0 }, 'breaker.pause'],
    [{ share: 2 }, 'breaker.share'],
    [{ share: Number.NaN }, 'breaker.share'],
  ])('cannot be told %j', (given, option) =>
    expect(() => connect(numbers, 'a:1', { breaker: given })).toThrow(
      expect.objectContaining({ code: 'RPC_BAD_OPTION', option }),
    ),
  )
})

describe('a server that fails every call', () => {
  it('is left alone while there are others', async () => {
    const { seen, client } = await both({ breaker: { failures: 3, pause: 60_000 } })
    for (let call = 0; call < 40; call++) await client.double({ value: 1 }).catch(() => {})
    expect(seen).toEqual([3, 37])
  })

  it('is called on when it is more than the share that may be left alone', async () => {
    const { seen, client } = await both({ breaker: { failures: 3, pause: 60_000, share: 0.4 } })
    for (let call = 0; call < 40; call++) await client.double({ value: 1 }).catch(() => {})
    expect(seen).toEqual([20, 20])
  })

  it('fails calls unheard when all may be left alone', async () => {
    let seen = 0
    const { port } = await serve({
      double() {
        seen++
        throw internal
      },
    })
    const client = clientOf([port], {
      breaker: { failures: 3, pause: 60_000, share: 1 },
      retry: { attempts: 1 },
    })
    for (let call = 0; call < 3; call++) {
      await expect(client.double({ value: 1 })).rejects.toMatchObject({ code: 'INTERNAL' })
    }
    await expect(client.double({ value: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reached: false,
    })
    expect(seen).toBe(3)
  })

  it('is not stormed: a fleet of clients makes no more than a tenth more attempts than calls', async () => {
    let seen = 0
    const { port } = await serve({
      double() {
        seen++
        throw new RpcError('UNAVAILABLE')
      },
    })
    const [clients, calls, reserve] = [10, 100, 5]
    await Promise.all(
      Array.from({ length: clients }, async () => {
        const client = clientOf([port], { retry: { attempts: 5, budget: 0.1, reserve } })
        await Promise.all(
          Array.from({ length: calls }, () => client.double({ value: 1 }).catch(() => {})),
        )
      }),
    )
    expect(seen).toBeGreaterThanOrEqual(clients * calls)
    expect(seen).toBeLessThanOrEqual(clients * (calls + reserve + calls * 0.1))
  })

  it('is not stormed by connections: a client makes one at a time', async () => {
    let connections = 0
    const { createServer } = await import('node:net')
    const server = createServer((socket) => {
      connections++
      socket.destroy()
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    afterwards(() => server.close())
    const { port } = server.address() as { port: number }
    const client = clientOf([port], { retry: { attempts: 1 } })
    await Promise.all(
      Array.from({ length: 500 }, () => client.double({ value: 1 }).catch(() => {})),
    )
    expect(connections).toBe(1)
  })
})

describe('a subset of the servers', () => {
  const endpoints: Endpoint[] = Array.from({ length: 100 }, (_, index) => ({
    address: `10.0.0.${index}:1`,
  }))
  it('is another for each client, and spreads them evenly', () => {
    const counts = new Map<unknown, number>()
    for (let client = 0; client < 1000; client++) {
      const subset = subsetOf(endpoints, 10, `client ${client}`)
      expect(subset).toHaveLength(10)
      for (const name of names(subset)) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    expect(counts.size).toBe(100)
    expect(Math.min(...counts.values())).toBeGreaterThan(60)
    expect(Math.max(...counts.values())).toBeLessThan(140)
  })

  it('loses one server when that one goes, and takes one in its place', () => {
    const before = names(subsetOf(endpoints, 10, 'a client'))
    const after = names(
      subsetOf(
        endpoints.filter(({ address }) => address !== before[3]),
        10,
        'a client',
      ),
    )
    expect(after.filter((name) => before.includes(name))).toHaveLength(9)
    expect(after).toHaveLength(10)
  })

  it('is all that a client calls', async () => {
    const seen = new Set<number>()
    const ports = await Promise.all(
      Array.from({ length: 5 }, async (_, index) => {
        const { port } = await serve({
          double() {
            seen.add(index)
            return { value: 0 }
          },
        })
        return port
      }),
    )
    const client = clientOf(ports, { subset: 2, balance: 'round-robin' })
    for (let call = 0; call < 20; call++) await client.double({ value: 1 })
    expect(seen.size).toBe(2)
  })
})

describe('a server that has just come', () => {
  it('gets a tenth of its weight at first, and all of it after the time for that', () => {
    const { pass } = clock()
    const options = {
      limits: limitsOf(),
      keepalive: {},
      tls: undefined,
      slowStart: 1000,
      accept: () => {},
    }
    const peer = new Peer({ host: 'a', port: 1 }, options)
    peer.fullWeight = 4
    expect(peer.weight).toBe(4)
    peer.coolDown()
    expect(peer.weight).toBeCloseTo(0.4)
    pass(500)
    expect(peer.weight).toBeCloseTo(2)
    pass(500)
    expect(peer.weight).toBe(4)
  })

  it('gets few calls next to those that were there', async () => {
    const seen = [0, 0]
    const [old, young] = await Promise.all(
      [0, 1].map((index) =>
        serve({
          double() {
            seen[index]!++
            return { value: 0 }
          },
        }),
      ),
    )
    let observer: RegistryObserver | undefined
    const registry: Registry = {
      watch(_, watching) {
        observer = watching
        watching.changed([at(old!.port)])
        return () => {}
      },
    }
    const options = { registry, slowStart: 3_600_000, balance: 'round-robin' } as const
    const client = connect(numbers, 'catalog', options)
    afterwards(() => client.$channel.destroy())
    await client.double({ value: 1 })
    observer!.changed([at(old!.port), at(young!.port)])
    for (let call = 0; call < 110; call++) await client.double({ value: 1 })
    expect(seen[1]).toBeGreaterThanOrEqual(9)
    expect(seen[1]).toBeLessThanOrEqual(11)
  })
})

describe('a call that is hedged', () => {
  it('is answered by a second server when the first is slow, and the first is told', async () => {
    const told = deferred<unknown>()
    let turn = 0
    const handlers = {
      async double({ value }: { value: number }, call: { signal: AbortSignal }) {
        if (turn++ === 0) told.resolve(await abortOf(call.signal))
        return { value: value * 2 }
      },
    }
    const [one, other] = await Promise.all([serve(handlers), serve(handlers)])
    const client = clientOf([one.port, other.port])
    expect(await client.double({ value: 4 }, { hedge: 20 })).toMatchObject({ value: 8 })
    expect(await told.promise).toMatchObject({ code: 'CANCELLED' })
  })

  it('goes to another server, whatever the balancer says', async () => {
    const seen: number[] = []
    const [slow, fast] = await Promise.all([
      serve({
        async double(_, call) {
          seen.push(0)
          await abortOf(call.signal)
          return { value: 0 }
        },
      }),
      serve({
        double() {
          seen.push(1)
          return { value: 1 }
        },
      }),
    ])
    const first = { pick: <T>(candidates: readonly T[]) => candidates[0]! }
    const client = clientOf([slow.port, fast.port], { balance: first })
    expect(await client.double({ value: 4 }, { hedge: 20 })).toMatchObject({ value: 1 })
    expect(seen).toEqual([0, 1])
  })

  it('is made once when the answer comes in time', async () => {
    let seen = 0
    const { port } = await serve({
      double({ value }) {
        seen++
        return { value }
      },
    })
    const client = clientOf([port])
    for (let call = 0; call < 20; call++) await client.double({ value: 1 }, { hedge: 60_000 })
    expect(seen).toBe(20)
  })

  it('fails with its deadline, whatever its attempts do', async () => {
    const { port } = await serve({
      async double(_, call) {
        await abortOf(call.signal)
        return { value: 0 }
      },
    })
    const call = clientOf([port]).double({ value: 1 }, { hedge: 10, deadline: 60 })
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  })

  it('is made no more often than the budget of retries allows', async () => {
    let seen = 0
    const done = deferred()
    const { port } = await serve({
      async double({ value }) {
        if (++seen === 53) done.resolve()
        await done.promise
        return { value }
      },
    })
    const client = clientOf([port], { retry: { attempts: 1, budget: 0, reserve: 3 } })
    await Promise.all(Array.from({ length: 50 }, () => client.double({ value: 1 }, { hedge: 1 })))
    expect(seen).toBe(53)
  })

  it('must be idempotent', async () => {
    const { port } = await serve({})
    const client = clientOf([port])
    await expect(
      client.double({ value: 1 }, { hedge: 10, idempotent: false }),
    ).rejects.toMatchObject({ code: 'RPC_BAD_OPTION', option: 'hedge' })
  })
})
