import { SharedBoundError } from '../errors.ts'
import type { SharedCall, SharedNews, Versioned } from '../wire/shared-calls.ts'

/** Whoever asks: a worker, or the process itself when there is no supervisor. */
export type Asker = object

interface Holder {
  readonly asker: Asker
  readonly fence: number
}

const leads = 'lead:'
const mostKeys = 10_000
const mostBytes = 64 * 1024

/**
 * The small state that the workers of one supervisor share. It lives in one process and one thread, so
 * that each call is whole and all see one order; it is gone when that process is.
 */
export class SharedHub {
  private readonly counters = new Map<string, number>()
  private readonly entries = new Map<string, Versioned>()
  private readonly holders = new Map<string, Holder>()
  private readonly queues = new Map<string, { asker: Asker; take: (fence: number) => void }[]>()
  private readonly drains = new WeakSet<Asker>()
  private readonly publish: (news: SharedNews) => void
  private lastVersion = 0
  private lastFence = 0

  constructor(publish: (news: SharedNews) => void) {
    this.publish = publish
  }

  /** @throws {SharedBoundError} when the state is full or the value too large. */
  async call(asker: Asker, call: SharedCall): Promise<unknown> {
    switch (call.do) {
      case 'add':
        return this.add(call.key, call.by)
      case 'get':
        return this.entries.get(call.key)
      case 'set':
        return this.set(call)
      case 'delete':
        return this.fits(call) && this.entries.delete(call.key)
      case 'publish':
        checkSize(call.value)
        this.publish({ channel: call.channel, value: call.value })
        return undefined
      case 'lock':
        return this.lock(asker, `lock:${call.key}`)
      case 'lead':
        return this.lead(asker, `${leads}${call.key}`)
      default:
        return this.unlock(`lock:${call.key}`, call.fence)
    }
  }

  /** `asker` leads no more, for it drains; what it locks it may still need to finish. */
  release(asker: Asker): void {
    this.drains.add(asker)
    for (const [key, holder] of this.holders)
      if (holder.asker === asker && key.startsWith(leads)) this.unlock(key, holder.fence)
  }

  /** What `asker` held goes to the next one in the queue: it is gone. */
  leave(asker: Asker): void {
    for (const [key, queue] of this.queues)
      this.queues.set(
        key,
        queue.filter((each) => each.asker !== asker),
      )
    for (const [key, holder] of this.holders)
      if (holder.asker === asker) this.unlock(key, holder.fence)
  }

  private add(key: string, by: number): number {
    this.checkRoom(this.counters, key)
    const sum = (this.counters.get(key) ?? 0) + by
    this.counters.set(key, sum)
    return sum
  }

  private set(call: SharedCall & { do: 'set' }): Versioned | undefined {
    if (!this.fits(call)) return undefined
    this.checkRoom(this.entries, call.key)
    checkSize(call.value)
    const entry = { value: call.value, version: ++this.lastVersion }
    this.entries.set(call.key, entry)
    return entry
  }

  private fits({ key, ifVersion }: { key: string; ifVersion?: number }): boolean {
    return ifVersion === undefined || (this.entries.get(key)?.version ?? 0) === ifVersion
  }

  private lock(asker: Asker, key: string): number | Promise<number> {
    if (!this.holders.has(key)) return this.give(key, asker)
    const queue = this.queues.get(key) ?? []
    this.queues.set(key, queue)
    return new Promise((take) => queue.push({ asker, take }))
  }

  private lead(asker: Asker, key: string): number | undefined {
    const holder = this.holders.get(key)
    if (this.drains.has(asker)) return undefined
    if (!holder) return this.give(key, asker)
    return holder.asker === asker ? holder.fence : undefined
  }

  private give(key: string, asker: Asker): number {
    this.checkRoom(this.holders, key)
    const fence = ++this.lastFence
    this.holders.set(key, { asker, fence })
    return fence
  }

  private unlock(key: string, fence: number): boolean {
    if (this.holders.get(key)?.fence !== fence) return false
    this.holders.delete(key)
    const next = this.queues.get(key)?.shift()
    if (next) next.take(this.give(key, next.asker))
    else this.queues.delete(key)
    return true
  }

  private checkRoom(map: ReadonlyMap<string, unknown>, key: string): void {
    if (!map.has(key) && map.size >= mostKeys)
      throw new SharedBoundError(`there are ${mostKeys} keys already`)
  }
}

function checkSize(value: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '')
  if (bytes > mostBytes) throw new SharedBoundError(`${bytes} bytes, and ${mostBytes} are allowed`)
}
