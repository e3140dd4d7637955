import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { answerGate } from '@tokkyu/session/http'

import { ArgumentRangeError } from '../errors/argument-error.ts'
import { ownOptions } from '../own-options.ts'

/** What `serverTiming` tells. */
export interface ServerTimingOptions {
  /** Layers that are told of, the slowest first; the total is told besides. @default 20 */
  readonly layers?: number | undefined
}

/** A layer that was entered, and how long it took until the next one was, or the answer began. */
interface Span {
  readonly name: string
  readonly begin: number
  end?: number
}

/**
 * Makes the middleware that says in `Server-Timing` (W3C) how long each layer after it took until the
 * answer began, as browsers show it beside a request. It listens to the spans that are published as
 * `tracing:express.router.request`, which every request of the process then pays for: made for development
 * and for a sample of requests, and it tells clients the names of middleware and routes.
 *
 * @throws {RangeError} `ARGUMENT_OUT_OF_RANGE` when `layers` is no whole number.
 * @example if (app.get('env') === 'development') app.use(serverTiming())
 */
export function serverTiming(options?: ServerTimingOptions) {
  const { layers = 20 } = ownOptions(options)
  if (!Number.isSafeInteger(layers) || layers < 0) {
    throw new ArgumentRangeError(
      `Cannot tell the timing of ${layers} layers: a whole number is needed`,
    )
  }
  listen()
  return function serverTimings(req: IncomingMessage, res: ServerResponse, next: () => void): void {
    if (spansOf.has(req)) return next()
    const spans: Span[] = []
    spansOf.set(req, spans)
    const begin = performance.now()
    answerGate.addHook(res, () => {
      const end = performance.now()
      endLast(spans, end)
      const slowest = spans.toSorted((one, other) => lengthOf(other) - lengthOf(one))
      const told = slowest.slice(0, layers).map((span) => metric(span.name, lengthOf(span)))
      res.appendHeader('Server-Timing', [...told, metric('total', end - begin)].join(', '))
    })
    next()
  }
}

const spansOf = new WeakMap<object, Span[]>()
let isListening = false

function listen(): void {
  if (isListening) return
  isListening = true
  subscribe('tracing:express.router.request:start', (message) => {
    const { req, handler, route } = message as Entered
    const spans = spansOf.get(req)
    if (spans === undefined) return
    const begin = performance.now()
    endLast(spans, begin)
    spans.push({ name: nameOf(handler, route), begin })
  })
}

/** What the router publishes when it enters a layer. */
interface Entered {
  readonly req: object
  readonly handler: unknown
  readonly route: unknown
}

function endLast(spans: Span[], now: number): void {
  const last = spans.at(-1)
  if (last !== undefined) last.end ??= now
}

function lengthOf({ begin, end = begin }: Span): number {
  return end - begin
}

function nameOf(handler: unknown, route: unknown): string {
  const { name } = Object(handler) as { readonly name?: unknown }
  if (typeof name === 'string' && name !== '') return name
  return typeof route === 'string' ? route : 'anonymous'
}

/** A name that is no token stands in a description, quoted (RFC 9110 §5.6.4), without what no header may hold. */
function metric(name: string, ms: number): string {
  const token = name.replaceAll(/[^\w-]+/g, '_')
  const text = name.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, String.raw`\$&`)
  const description = token === name ? '' : `;desc="${text}"`
  return `${token}${description};dur=${ms.toFixed(1)}`
}
