import { tracingChannel } from 'node:diagnostics_channel'
import type { Layer } from '../table/layer.ts'

/**
 * What subscribers of `express.router.request` are told, by the names that `router` 2.3 gave them:
 * agents that know Express find the same here.
 */
export interface TraceContext {
  readonly req: object
  readonly res: object
  readonly layer: Layer
  /** The function that is called. */
  readonly handler: unknown
  /** The path that matched, as registered. */
  readonly route: unknown
  /** The parameter, for callbacks of `router.param()`. */
  readonly param?: string
  readonly errorHandler?: true
  readonly incomingError?: unknown
  error?: unknown
  result?: unknown
}

export const channel = tracingChannel<unknown, TraceContext>('express.router.request')
