import type { ConnectionTaker } from '../addressing/peer.ts'

/** Gives a connection for a call, which may say what it is about. */
export type Acquire = (take: ConnectionTaker, key?: string) => void
