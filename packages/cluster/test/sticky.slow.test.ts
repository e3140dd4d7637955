import { afterEach, describe, expect, it } from 'vitest'

import { Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised

afterEach(async () => {
  await supervised.end()
}, timeout)

const clients = Array.from({ length: 12 }, (_, at) => `client-${at}`)
const addresses = clients.map((_, at) => `127.0.0.${at + 2}`)

/** For each of some clients, which workers it meets when it comes three times. */
async function met(ask: (at: number) => Promise<string>): Promise<Set<string>[]> {
  return Promise.all(
    clients.map(async (_, at) => new Set([await ask(at), await ask(at), await ask(at)])),
  )
}

/** Whether each client has met one worker, and not all the same. */
function isSticky(workers: Set<string>[]): boolean {
  return (
    workers.every(({ size }) => size === 1) &&
    new Set(workers.flatMap((each) => [...each])).size === 2
  )
}

describe('a sticky supervisor', { timeout }, () => {
  it('keeps a client at its worker by its address', async () => {
    supervised = await Supervised.start({ balance: { sticky: 'address' } })
    const workers = await met((at) =>
      supervised.get('/pid', { localAddress: addresses[at] as string }),
    )
    expect(isSticky(workers)).toBe(true)
  })

  it('keeps a client at its worker by a header, whatever its address', async () => {
    supervised = await Supervised.start({ balance: { sticky: 'header', name: 'X-Client' } })
    let turn = 0
    const workers = await met((at) =>
      supervised.get('/pid', {
        headers: { 'x-client': clients[at] as string },
        localAddress: addresses[turn++ % addresses.length] as string,
      }),
    )
    expect(isSticky(workers)).toBe(true)
  })

  it('keeps a client at its worker by a cookie, whatever its address', async () => {
    supervised = await Supervised.start({ balance: { sticky: 'cookie', name: 'io' } })
    let turn = 0
    const workers = await met((at) =>
      supervised.get('/pid', {
        headers: { Cookie: `a=b; io=${clients[at]}` },
        localAddress: addresses[turn++ % addresses.length] as string,
      }),
    )
    expect(isSticky(workers)).toBe(true)
  })

  it('keeps a client at its place when the worker there was replaced', async () => {
    supervised = await Supervised.start({ balance: { sticky: 'address' } })
    const slots = async (): Promise<number[]> => {
      const { workers } = await supervised.status()
      const pids = await Promise.all(
        addresses.map((localAddress) => supervised.get('/pid', { localAddress })),
      )
      return pids.map((pid) => workers.find((each) => each.pid === Number(pid))?.slot ?? -1)
    }
    const before = await slots()
    await supervised.call('reload')
    expect(await slots()).toEqual(before)
  })
})
