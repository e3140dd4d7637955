import type { Connection } from './connection.ts'
import type { IncomingCall } from './incoming-call.ts'

/** The name of what answers calls of the other side of a connection. */
export const answer = Symbol('answer')

/** Answers calls that come over a connection, whoever has opened it. */
export interface Answerer {
  [answer]: (call: IncomingCall, connection: Connection, peer: string | undefined) => void
}
