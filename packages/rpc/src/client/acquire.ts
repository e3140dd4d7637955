import type { ConnectionTaker } from '../addressing/peer.ts'
import type { Connection } from '../channel/connection.ts'

/** Gives a connection for a call, which may say what it is about, and where it would rather not go. */
export type Acquire = (take: ConnectionTaker, key?: string, avoid?: Connection) => void
