import { TableStore } from './table-store.ts'
import type { TableOptions } from './session-table.ts'

/** Options of a `MemoryStore`. */
export interface MemoryStoreOptions extends TableOptions {}

/**
 * Keeps sessions in the memory of this process: the default store.
 *
 * Bounded and expiring, without a timer; a restart forgets everything.
 *
 * @throws {SessionOptionError} for a bound below 1.
 * @example session({ secret, store: new MemoryStore({ max: 10_000 }) })
 */
export class MemoryStore extends TableStore {
  constructor(options: MemoryStoreOptions = {}) {
    super(options)
  }
}
