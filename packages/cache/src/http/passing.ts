import { LRUCache } from 'lru-cache'

/** How long a key is known as one whose answers are not kept, in milliseconds, and how many are. */
const [REMEMBERED_FOR, MOST] = [10_000, 10_000]

/**
 * Keys whose last answer could not be kept: their requests do not wait for one another. What the answer to
 * somebody known was says nothing of the answer to everybody.
 */
export class Passing {
  readonly #keys = new LRUCache<string, true>({ max: MOST, ttl: REMEMBERED_FOR })

  add(key: string, personal: boolean): void {
    this.#keys.set(nameOf(key, personal), true)
  }

  has(key: string, personal: boolean): boolean {
    return this.#keys.has(nameOf(key, personal))
  }
}

function nameOf(key: string, personal: boolean): string {
  return `${personal ? 'p' : 'e'} ${key}`
}
