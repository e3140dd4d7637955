import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { parseAddress } from '../src/addressing/address.ts'
import { balancerOf } from '../src/addressing/balancer.ts'
import {
  type Balance,
  connect,
  type ConnectOptions,
  dnsRegistry,
  type Endpoint,
  fileRegistry,
  type Registry,
  type RegistryObserver,
  staticRegistry,
} from '../src/index.ts'
import { afterwards, type Numbers, numbers, serve } from './numbers.ts'

function catalogOf(
  registry: Registry,
  options: ConnectOptions = {},
): ReturnType<typeof connect<Numbers>> {
  const client = connect(numbers, 'catalog', { registry, ...options })
  afterwards(() => client.$channel.destroy())
  return client
}

/** Some servers, each answering with its place in the list. */
async function servers(count: number): Promise<{ port: number; close: () => Promise<void> }[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => serve({ double: () => ({ value: index }) })),
  )
}

/** How often each of some candidates is chosen. */
function tally(balance: Balance, weights: number[], times: number, keys = false): number[] {
  const balancer = balancerOf(balance)
  const candidates = weights.map((weight, index) => ({ name: `${index}`, weight, pending: 0 }))
  const counts = weights.map(() => 0)
  for (let turn = 0; turn < times; turn++) {
    counts[Number(balancer.pick(candidates, keys ? `key ${turn}` : undefined).name)]!++
  }
  return counts
}

const at = (port: number): Endpoint[] => [{ address: { host: '127.0.0.1', port } }]

describe('an address', () => {
  it.each([
    ['localhost:4000', { host: 'localhost', port: 4000 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['unix:/run/shop.sock', { path: '/run/shop.sock' }],
  ])('may be %s', (text, address) => expect(parseAddress(text)).toEqual(address))

  it.each(['catalog', 'a:b', ':80', 'a:0', 'a:99999', 'a:1:2', 'unix:', 'http://a:80'])(
    'cannot be %s',
    (text) => {
      expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'RPC_BAD_OPTION' }))
    },
  )
})

describe('balancing', () => {
  it('in turn gives each its weight, evenly spread', () => {
    expect(tally('round-robin', [1, 2, 1], 400)).toEqual([100, 200, 100])
  })

  it('by pending calls leaves out the busiest', () => {
    const candidates = [
      { name: 'busy', weight: 1, pending: 9 },
      { name: 'idle', weight: 1, pending: 0 },
    ]
    const balancer = balancerOf('least-pending')
    const names = Array.from({ length: 1000 }, () => balancer.pick(candidates, undefined).name)
    // Only two draws of the busy one send a call there: a quarter.
    expect(names.filter((name) => name === 'busy').length).toBeLessThan(400)
  })

  it('by a key spreads keys by weight', () => {
    const [one, two] = tally('hash', [1, 3], 4000, true)
    expect(two! / one!).toBeGreaterThan(2.4)
    expect(two! / one!).toBeLessThan(3.8)
  })

  it('by a key moves no other keys when a server goes', () => {
    const balancer = balancerOf('hash')
    const all = Array.from({ length: 5 }, (_, index) => ({
      name: `s${index}`,
      weight: 1,
      pending: 0,
    }))
    const fewer = all.filter(({ name }) => name !== 's2')
    const keys = Array.from({ length: 1000 }, (_, index) => `key ${index}`)
    const moved = keys.filter((key) => {
      const before = balancer.pick(all, key).name
      return before !== 's2' && balancer.pick(fewer, key).name !== before
    })
    expect(moved).toEqual([])
  })

  it('in an unknown way is refused', () => {
    expect(() => balancerOf('random' as Balance)).toThrow(
      expect.objectContaining({ code: 'RPC_BAD_OPTION' }),
    )
  })
})

describe('a client of a name', () => {
  it('reaches all of its servers in turn', async () => {
    const ports = (await servers(3)).map(({ port }) => `127.0.0.1:${port}`)
    const client = catalogOf(staticRegistry({ catalog: ports }), { balance: 'round-robin' })
    const values = []
    for (let call = 0; call < 6; call++) values.push((await client.double({ value: 0 })).value)
    expect(values.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1, 2, 2])
  })

  it('sends calls of one key to one server', async () => {
    const ports = (await servers(3)).map(({ port }) => `127.0.0.1:${port}`)
    const client = catalogOf(staticRegistry({ catalog: ports }), { balance: 'hash' })
    const values = new Set<number>()
    for (let call = 0; call < 10; call++) {
      values.add((await client.double({ value: 0 }, { key: 'zoë' })).value)
    }
    expect(values.size).toBe(1)
  })

  it('leaves out a server that cannot be reached, without a failed call', async () => {
    const [one, two] = await servers(2)
    await one!.close()
    const ports = [one!, two!].map(({ port }) => `127.0.0.1:${port}`)
    const client = catalogOf(staticRegistry({ catalog: ports }), { balance: 'round-robin' })
    for (let call = 0; call < 10; call++) {
      expect(await client.double({ value: 0 })).toMatchObject({ value: 1 })
    }
  })

  it('waits until its servers are known, and follows when they change', async () => {
    const [one, two] = await servers(2)
    let observer!: RegistryObserver
    const client = catalogOf({
      watch(_, given) {
        observer = given
        return () => {}
      },
    })
    const call = client.double({ value: 0 })
    observer.changed(at(one!.port))
    expect(await call).toMatchObject({ value: 0 })
    observer.changed(at(two!.port))
    expect(await client.double({ value: 0 })).toMatchObject({ value: 1 })
    observer.failed(new Error('the registry is away'))
    expect(await client.double({ value: 0 })).toMatchObject({ value: 1 })
  })

  it('that nobody knows is UNAVAILABLE', async () => {
    await expect(catalogOf(staticRegistry({})).double({ value: 0 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: expect.stringContaining('no server named "catalog"'),
    })
  })
})

describe('a registry', () => {
  it('in a file is read again when it changes', { timeout: 30_000 }, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rpc-registry-'))
    const file = path.join(folder, 'servers.json')
    const told: unknown[] = []
    await writeFile(file, '{ "catalog": ["a:1"] }')
    const stop = fileRegistry(file, 20).watch('catalog', {
      changed: (endpoints) => told.push(endpoints),
      failed: (error) => told.push(error.message),
    })
    afterwards(async () => {
      stop()
      await rm(folder, { recursive: true })
    })
    const until = async (length: number): Promise<void> => {
      while (told.length < length) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await until(1)
    await writeFile(file, '{ "catalog": ["a:1", { "address": "b:2", "weight": 3 }] }')
    await until(2)
    expect(told.slice(0, 2)).toEqual([
      [{ address: 'a:1' }],
      [{ address: 'a:1' }, { address: 'b:2', weight: 3 }],
    ])
  })

  it('in the DNS knows ports and weights by SRV, and addresses by A and AAAA', async () => {
    const resolver = {
      resolve4: async () => ['10.0.0.2', '10.0.0.1'],
      resolve6: async () => Promise.reject(new Error('none')),
      resolveSrv: async () => [
        { name: 'b', port: 2, priority: 0, weight: 5 },
        { name: 'a', port: 1, priority: 0, weight: 0 },
        { name: 'c', port: 3, priority: 9, weight: 5 },
      ],
    }
    const found = (options: object): Promise<unknown> =>
      new Promise((changed, failed) => {
        const registry = dnsRegistry({ ...options, resolver: resolver as never })
        afterwards(registry.watch('catalog', { changed, failed }))
      })
    expect(await found({})).toEqual([
      { address: { host: 'a', port: 1 }, weight: 1 },
      { address: { host: 'b', port: 2 }, weight: 5 },
    ])
    expect(await found({ port: 80 })).toEqual([
      { address: { host: '10.0.0.1', port: 80 } },
      { address: { host: '10.0.0.2', port: 80 } },
    ])
  })
})
