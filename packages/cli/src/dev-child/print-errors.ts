import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

import { reportText } from '../report/as-text.ts'
import { statusOf } from '../report/faults.ts'
import { paintFor } from '../terminal/paint.ts'
import { followRequests } from './journey.ts'
import { reportRequest } from './report-request.ts'

/** What the final handler tells of; see the framework's `tokkyu.error`. */
interface Unhandled {
  readonly req: IncomingMessage
  readonly error: unknown
  isPrinted?: boolean
}

const printed = new WeakMap<object, Set<unknown>>()

/**
 * Prints each error once: where it begins, or where it ends unhandled.
 *
 * An error whose status is the client's fault is told by the line of its request alone.
 */
export function printErrors(): void {
  followRequests(print)
  subscribe('tokkyu.error', (message) => {
    const unhandled = message as Unhandled
    print(unhandled.req, unhandled.error)
    unhandled.isPrinted = true
  })
}

function print(req: IncomingMessage, error: unknown): void {
  const known = printed.get(req) ?? new Set()
  printed.set(req, known)
  if (known.has(error)) return
  known.add(error)
  const status = statusOf(error) ?? 500
  if (status < 500) return
  console.error(reportText(reportRequest(req, status, error), paintFor(process.stderr)))
}
