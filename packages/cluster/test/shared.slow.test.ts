import { afterEach, describe, expect, it } from 'vitest'

import { Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised

afterEach(async () => {
  await supervised.end()
}, timeout)

function start(): Promise<Supervised> {
  return Supervised.start({ entry: 'sharing-app.mjs', balance: 'round-robin' })
}

function says(said: string): Promise<unknown> {
  return supervised.hears((message) => message.said === said)
}

/** One worker holds the lock, and another request waits for it. */
async function holdAndWait(): Promise<[hold: Promise<string>, lock: Promise<string>]> {
  const holds = says('holds')
  const hold = supervised.get('/hold')
  await holds
  const waits = says('waits')
  const lock = supervised.get('/lock')
  await waits
  return [hold, lock]
}

describe('the shared state under a supervisor', { timeout }, () => {
  it('says once why it has no room', async () => {
    supervised = await start()
    expect(await supervised.get('/large')).toBe(
      'SharedBoundError: Cannot keep this in the shared state: 70002 bytes, and 65536 are allowed',
    )
  })

  it('leaves the error of what JSON cannot hold as it is', async () => {
    supervised = await start()
    expect(await supervised.get('/circle')).toMatch(/^TypeError: Converting circular structure/)
  })

  it('gives a request its lock, whose worker drains while it waits', async () => {
    supervised = await start()
    await supervised.get('/large') // in turn: the next one holds in the second place, the first drains first
    const [hold, lock] = await holdAndWait()
    const drained: unknown[] = []
    const bothDrain = supervised.hears(({ said, pid }) => {
      if (said === 'drains') drained.push(pid)
      return drained.length === 2
    })
    const reload = supervised.call('reload')
    await bothDrain
    await supervised.get('/release')
    expect(await hold).toBe('held')
    expect(await lock).toMatch(/^fence \d+$/)
    await reload
  })

  it('is nobody’s once the supervisor is dead', async () => {
    supervised = await start()
    const [hold, lock] = await holdAndWait()
    const waits = says('waits')
    const lead = supervised.get('/lead-alone')
    await waits
    supervised.child.kill('SIGKILL')
    expect(await lock).toMatch(/^StoppedError/)
    expect(await lead).toMatch(/^StoppedError/)
    await hold.catch(() => {}) // its worker ends after the grace of an orphan
  })
})

describe('a message of the app', { timeout }, () => {
  it('may be null', async () => {
    supervised = await start()
    expect(await supervised.get('/null')).toBe('1')
    expect(await supervised.get('/null')).toBe('2')
  })
})
