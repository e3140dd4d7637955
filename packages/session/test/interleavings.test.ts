import { describe, expect, it } from 'vitest'
import { MemoryStore } from '@tokkyu/session'
import type { SessionStore, StoredSession } from '@tokkyu/session'
import { Client } from '../src/testing/client.ts'
import { table } from './foreign-shapes.ts'

type Call = (...given: unknown[]) => unknown

/** Lets the test decide when each call of a store takes place, and when its callback runs. */
class HeldStore {
  readonly versions: boolean
  readonly touch: Call | undefined
  /** What can happen next, in the order of the calls. */
  readonly pending: (() => void)[] = []
  isHeld = false
  readonly #inner: Record<string, Call | undefined>
  readonly #effect: 'when called' | 'when released'

  constructor(inner: object, effect: 'when called' | 'when released') {
    this.#inner = inner as Record<string, Call>
    this.#effect = effect
    this.versions = (inner as SessionStore).versions === true
    this.touch = this.#inner['touch'] && ((...given) => this.#call('touch', given, 2))
  }

  get(...given: unknown[]): void {
    this.#call('get', given, 1)
  }

  set(...given: unknown[]): void {
    this.#call('set', given, 2)
  }

  destroy(...given: unknown[]): void {
    this.#call('destroy', given, 1)
  }

  #call(name: string, given: unknown[], callbackAt: number): void {
    const answer = given[callbackAt] as Call
    const act = () => {
      let result: unknown[] = []
      const direct = { ...(given[callbackAt + 1] as object), direct: true }
      const keep = (...all: unknown[]) => (result = all)
      this.#inner[name]?.(...given.slice(0, callbackAt), keep, direct)
      return () => answer(...result)
    }
    if (!this.isHeld) act()()
    else if (this.#effect === 'when released') this.pending.push(() => act()())
    else this.pending.push(act())
  }
}

/** A store made for express-session; its `touch` writes the whole session that it is given. */
function foreign(): object {
  const rows = table()
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- it is told here what a store calls back
  const done =
    (work: (...given: never[]) => unknown): Call =>
    (...given) => {
      const callback = given.find((value) => typeof value === 'function') as Call
      callback(null, work(...(given as never[])))
    }
  return {
    get: done(rows.get),
    set: done(rows.set),
    destroy: done(rows.destroy),
    touch: done((id: string, data: StoredSession) => rows.set(id, data)),
  }
}

const ACTS = {
  writes: (session: Record<string, unknown>, key: string) => {
    session[key] = true
  },
  touches: () => {},
  destroys: (session: { destroy: () => Promise<void> }) => session.destroy(),
}
type Act = keyof typeof ACTS

/** Two requests that have read one session; what the store holds after one order of their steps. */
async function run(
  create: () => HeldStore,
  acts: readonly [Act, Act],
  order: readonly number[],
): Promise<{ choices: number[]; stored: StoredSession | undefined }> {
  const store = create()
  const client = new Client(store as unknown as SessionStore)
  const first = await client.request()
  const { id } = first.session
  first.session['user'] = 'ada'
  await first.end()
  const visits = [await client.request(), await client.request()] as const
  store.isHeld = true
  const finished = new Set<number>()
  const starts = visits.map(({ session, end }, n) => async () => {
    await ACTS[acts[n as 0 | 1]](session, `key${n}`)
    await end()
    finished.add(n)
  })
  const running: Promise<void>[] = []
  const choices: number[] = []
  while (finished.size < 2) {
    const possible = [
      ...starts.map((start) => () => {
        starts.splice(starts.indexOf(start), 1)
        running.push(start())
      }),
      ...store.pending.map((step) => () => {
        store.pending.splice(store.pending.indexOf(step), 1)
        step()
      }),
    ]
    expect(possible).not.toHaveLength(0)
    possible[order[choices.length] ?? 0]?.()
    choices.push(possible.length)
    // Promises settle before the next step, so that the order of steps is all there is.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
  }
  await Promise.all(running)
  store.isHeld = false
  const stored = await new Promise<StoredSession | undefined>((resolve) => {
    store.get(id, (_error: unknown, found?: StoredSession) => resolve(found), {})
  })
  return { choices, stored }
}

/** Every order of the steps, each once, as an odometer counts; with what the store held after it. */
async function everyOrder(
  create: () => HeldStore,
  acts: readonly [Act, Act],
): Promise<{ order: string; stored: StoredSession | undefined }[]> {
  const ends: { order: string; stored: StoredSession | undefined }[] = []
  for (let order: number[] = []; ;) {
    const { choices, stored } = await run(create, acts, order)
    const taken = choices.map((_, at) => order[at] ?? 0)
    ends.push({ order: taken.join(' '), stored })
    let at = taken.length - 1
    while (at >= 0 && (taken[at] as number) + 1 >= (choices[at] as number)) at--
    if (at < 0) return ends
    order = [...taken.slice(0, at), (taken[at] as number) + 1]
  }
}

const STORES = [
  ['made for express-session', foreign],
  ['with versions', () => new MemoryStore()],
] as const
const EFFECTS = ['when called', 'when released'] as const
const cases = STORES.flatMap(([name, inner]) =>
  EFFECTS.map((effect) => [name, effect, () => new HeldStore(inner(), effect)] as const),
)

describe.each(cases)('two requests of a store %s, whose calls act %s', (_name, _effect, create) => {
  it('that both write lose nothing in any order', async () => {
    const ends = await everyOrder(create, ['writes', 'writes'])
    expect(ends.length).toBeGreaterThan(1)
    expect(ends.filter(({ stored }) => !stored?.['key0'] || !stored['key1'])).toEqual([])
  })

  it('that write and touch lose nothing in any order', async () => {
    const ends = await everyOrder(create, ['writes', 'touches'])
    expect(ends.length).toBeGreaterThan(1)
    expect(ends.filter(({ stored }) => !stored?.['key0'])).toEqual([])
  })

  it.each([
    ['write', 'writes'],
    ['touch', 'touches'],
    ['destroy', 'destroys'],
  ] as const)('that %s and destroy leave it dead in any order', async (_verb, act) => {
    const ends = await everyOrder(create, [act, 'destroys'])
    expect(ends.length).toBeGreaterThan(1)
    expect(ends.filter(({ stored }) => stored)).toEqual([])
  })
})
