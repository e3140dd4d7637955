import type { Limits } from '../limits.ts'
import type { Budget } from './budget.ts'
import type { Outbox } from './outbox.ts'

/** What a call needs of the connection that it runs over. */
export interface Link {
  readonly outbox: Outbox
  /** Of messages that are larger than a window. */
  readonly budget: Budget
  /** By how much windows may grow. */
  readonly growth: Budget
  readonly limits: Limits
  /** The call has ended: frames that still come for it are late. */
  forget: (id: number) => void
  /** The handler of a call has ended. */
  release: () => void
}
