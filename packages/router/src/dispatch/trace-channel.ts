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

/** A layer, and the path that it matched. */
export interface Match {
  readonly layer: Layer
  readonly path: string
}

/** The path that matched, as registered: of several the one that did. */
export function patternOf(match: Match | undefined): unknown {
  if (match === undefined) return undefined
  const { layer, path } = match
  if (!Array.isArray(layer.rawPath)) return layer.rawPath
  const found = layer.match(path)
  return found ? found.pattern : undefined
}
