import type { ConnectionTaker } from '../addressing/peer.ts'

/**
 * Gives a connection for a call, which may say what it is about, and which servers it was sent to before: it
 * goes elsewhere where it can, and adds what was chosen.
 */
export type Acquire = (take: ConnectionTaker, key?: string, tried?: Set<object>) => void
