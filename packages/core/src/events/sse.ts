// oxlint-disable oxc/no-this-in-exported-function -- a method, in the file of its idea
import { answerGate } from '@tokkyu/session/http'

import { ArgumentRangeError } from '../errors/argument-error.ts'
import { limitFor } from '../limits/limits.ts'
import { ownOptions } from '../own-options.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import type { EventHistory, SseSource, EventStream, EventStreamOptions } from '../types/events.ts'
import { sendAll } from './event-source.ts'
import { OpenEventStream } from './event-stream.ts'

/**
 * Answers with a stream of events, which stays open until the source is at its end, the client goes or
 * the app closes.
 *
 * `null` as the source answers 204 instead, which tells an EventSource not to come back.
 */
export function sse(
  this: DispatchedResponse,
  source?: SseSource | null,
  options?: EventStreamOptions,
): EventStream {
  answerGate.refuseSecond(this)
  const { heartbeat, retry, maxBuffered, onGap } = readOptions(this, options)
  const events = new OpenEventStream(this.req, this, maxBuffered)
  const log = isHistory(source) ? source : undefined
  const missed = log?.after(events.lastEventId)
  if (source === null || (log?.isEnded && missed?.isWhole && missed.events.length === 0)) {
    this.status(204).end()
    return events
  }
  setHeaders(this)
  if (this.req.method === 'HEAD') {
    this.end()
    return events
  }
  events.open(retry === false ? ':\n\n' : `retry: ${jittered(retry)}\n\n`, heartbeat)
  if (log !== undefined && missed !== undefined) {
    if (!missed.isWhole) onGap?.(events)
    followLog(events, log, missed.events)
  } else if (source !== undefined) {
    void follow(this, events, source as Exclude<SseSource, EventHistory>)
  }
  return events
}

function followLog(events: OpenEventStream, log: EventHistory, missed: readonly Buffer[]): void {
  if (missed.length > 0) void events.write(Buffer.concat(missed))
  if (log.isEnded) events.end()
  else events.onOver(log.follow(events))
}

/** A source that breaks goes where all errors go; the head has left, so the connection is cut there. */
async function follow(
  res: DispatchedResponse,
  events: OpenEventStream,
  source: Exclude<SseSource, EventHistory>,
): Promise<void> {
  const { next } = res.req
  try {
    await sendAll(events, typeof source === 'function' ? await source(events) : source)
  } catch (error) {
    if (events.isOpen) next(error)
  }
}

function isHistory(source: unknown): source is EventHistory {
  const { after, follow: join } = Object(source) as Partial<EventHistory>
  return typeof after === 'function' && typeof join === 'function'
}

function setHeaders(res: DispatchedResponse): void {
  res.setHeader('Content-Type', 'text/event-stream')
  const caching = res.getHeader('Cache-Control')
  // RFC 9111 §5.2.2.6: what stands between may not compress, which would hold events back.
  if (caching === undefined) res.setHeader('Cache-Control', 'no-store, no-transform')
  else if (!/no-transform/i.test(String(caching)))
    res.setHeader('Cache-Control', `${String(caching)}, no-transform`)
  res.setHeader('X-Accel-Buffering', 'no') // nginx would wait for a full buffer
  res.removeHeader('Content-Length')
}

function readOptions(res: DispatchedResponse, options: EventStreamOptions | undefined) {
  const {
    heartbeat = 15_000,
    retry = 2000,
    maxBuffered = limitFor(res, 'eventBuffer'),
    onGap,
  } = ownOptions<EventStreamOptions>(options)
  checkAmount('heartbeat', heartbeat, LONGEST_TIMER)
  if (retry !== false) checkAmount('retry', retry, LONGEST_TIMER)
  if (maxBuffered !== Infinity) checkAmount('maxBuffered', maxBuffered, Number.MAX_SAFE_INTEGER)
  return { heartbeat, retry, maxBuffered, onGap }
}

function checkAmount(name: string, amount: number, most: number): void {
  if (Number.isSafeInteger(amount) && amount >= 0 && amount <= most) return
  throw new ArgumentRangeError(
    `Cannot stream events with ${name} ${String(amount)}: a whole number up to ${most} is needed`,
  )
}

function jittered(retry: number): number {
  return Math.round(retry * (0.5 + Math.random()))
}

/** Milliseconds beyond which a timer of node's goes off at once. */
const LONGEST_TIMER = 2 ** 31 - 1
