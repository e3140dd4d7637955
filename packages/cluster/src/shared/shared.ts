import { ask, hear, isSupervised } from '../wire/channel.ts'
import type { SharedCall, Versioned } from '../wire/shared-calls.ts'
import { SharedHub } from './shared-hub.ts'

type Listener = (value: unknown) => void

const listeners = new Map<string, Set<Listener>>()
let alone: SharedHub | undefined
let hears = false

/**
 * Small state that all workers of one supervisor share: JSON values, 10,000 keys of each kind, 64 KiB
 * a value. Each call is whole, and all see one order. It is gone when the supervisor is. Without a
 * supervisor it is this process's own. All but `subscribe` reject with a `StoppedError`
 * (`CLUSTER_STOPPED`) in a worker whose supervisor is dead, and with a `TypeError` for what JSON cannot
 * hold.
 *
 * @example const visits = await shared.add('visits')
 */
export const shared = {
  /**
   * Adds `by` to a counter, which begins at 0, and returns the sum. `add(key, 0)` reads it.
   *
   * @throws {SharedBoundError} `CLUSTER_SHARED_BOUND` for a new key when there are 10,000.
   */
  add: (key: string, by = 1): Promise<number> => call({ do: 'add', key, by }) as Promise<number>,

  /** An entry of the map and its version; `undefined` when there is none. */
  get: (key: string): Promise<Versioned | undefined> =>
    call({ do: 'get', key }) as Promise<Versioned | undefined>,

  /**
   * Sets an entry; with `ifVersion` only when it still has that version (0: when there is none).
   *
   * @returns the new entry; `undefined` when somebody was faster.
   * @throws {SharedBoundError} `CLUSTER_SHARED_BOUND` when the map is full or the value too large.
   * @example await shared.set('config', { limit: 5 }, (await shared.get('config'))?.version ?? 0)
   */
  set: (key: string, value: unknown, ifVersion?: number): Promise<Versioned | undefined> =>
    call({ do: 'set', key, value, ...(ifVersion !== undefined && { ifVersion }) }) as Promise<
      Versioned | undefined
    >,

  /**
   * Takes an entry out of the map; with `ifVersion` only when it still has that version.
   *
   * @returns whether there was one, and it is gone.
   */
  delete: (key: string, ifVersion?: number): Promise<boolean> =>
    call({ do: 'delete', key, ...(ifVersion !== undefined && { ifVersion }) }) as Promise<boolean>,

  /**
   * Sends `value` to all workers that subscribe, this one too; at most once each.
   *
   * @throws {SharedBoundError} `CLUSTER_SHARED_BOUND` when it is too large.
   */
  publish: async (channel: string, value: unknown): Promise<void> => {
    await call({ do: 'publish', channel, value })
  },

  /**
   * Calls `listener` with each value published on `channel` from now on, in the order of all.
   *
   * @returns ends the subscription.
   * @example const end = shared.subscribe('news', (value) => console.log(value))
   */
  subscribe: (channel: string, listener: Listener): (() => void) => {
    listen()
    const all = listeners.get(channel) ?? new Set()
    listeners.set(channel, all.add(listener))
    return () => void all.delete(listener)
  },

  /**
   * Whether this worker leads in `key`: the first one that asks does, until it drains or dies.
   *
   * @returns its fence, which is larger than any before; `undefined` for those who do not lead.
   * @throws {SharedBoundError} `CLUSTER_SHARED_BOUND` when 10,000 keys are led in or locked.
   * @example if (await shared.lead('cron')) runJobs()
   */
  lead: (key: string): Promise<number | undefined> =>
    call({ do: 'lead', key }) as Promise<number | undefined>,

  /**
   * Runs `task` while no other worker runs one under this key. The lock of a worker that is gone passes
   * on, and what its task had begun elsewhere may still come: have the resource refuse a `fence` that is
   * lower than it has seen. A worker that drains keeps its locks, and its turn, until it is gone.
   *
   * @returns what `task` gives; what it throws is thrown.
   * @throws {SharedBoundError} `CLUSTER_SHARED_BOUND` when 10,000 keys are led in or locked.
   * @example await shared.lock('migrate', (fence) => migrate(fence))
   */
  lock: async <Result>(key: string, task: (fence: number) => Promise<Result>): Promise<Result> => {
    const fence = (await call({ do: 'lock', key })) as number
    try {
      return await task(fence)
    } finally {
      // Without a supervisor there is no lock any more; what the task gave counts.
      await call({ do: 'unlock', key, fence }).catch(() => {})
    }
  },
}

async function call(question: SharedCall): Promise<unknown> {
  if (!isSupervised()) {
    alone ??= new SharedHub(({ channel, value }) => deliver(channel, value))
    return alone.call(shared, question)
  }
  return ask((id) => ({ type: 'shared', id, call: question }))
}

function listen(): void {
  if (hears) return
  hears = true
  hear((message) => {
    if (message.type === 'news') deliver(message.news.channel, message.news.value)
  })
}

function deliver(channel: string, value: unknown): void {
  for (const listener of listeners.get(channel) ?? []) listener(value)
}
