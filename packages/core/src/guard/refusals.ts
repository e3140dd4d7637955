import { channel } from 'node:diagnostics_channel'

import type { Application } from '../types/application.ts'
import type { Request, Response } from '../types/request-response.ts'

/** What subscribers of `tokkyu.refused` get, once for each request that no layer has seen. */
export interface RefusalEvent {
  /** The app that received the request. */
  app: Application
  /** The request. */
  req: Request
  /** Its response. */
  res: Response
  /** Why it was refused. */
  error: Error
}

const refusals = channel('tokkyu.refused')
const refused = new WeakSet<object>()

/**
 * Notes that a request was refused before any layer: a Host, a framing or a target that cannot be. It is
 * announced once, to the channel and as the app's event `refused`, and printed briefly: such requests come
 * from scanners, by the thousand.
 */
export function noteRefusal(event: RefusalEvent): void {
  refused.add(event.error)
  if (refusals.hasSubscribers) refusals.publish(event)
  event.app.emit('refused', event.error, event.req, event.res)
  if (event.app.get('env') !== 'test') printSometimes(event)
}

/** Whether an error is a refusal, which has been announced and needs no stack. */
export function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && refused.has(error)
}

/** At most one line a minute for an app, which counts those before it. */
function printSometimes({ app, error }: RefusalEvent): void {
  const told = toldOf.get(app) ?? { at: -Infinity, since: 0 }
  toldOf.set(app, told)
  told.since += 1
  if (performance.now() - told.at < MINUTE) return
  const many = told.since === 1 ? 'a request' : `${told.since} requests`
  console.error(`Refused ${many} before routing, the last one: ${error.message}`)
  told.at = performance.now()
  told.since = 0
}

const toldOf = new WeakMap<Application, { at: number; since: number }>()
const MINUTE = 60_000
