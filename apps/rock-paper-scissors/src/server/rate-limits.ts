import type { RequestHandler } from '@tokkyu/core'
import { rateLimit, type Store } from 'express-rate-limit'

import { TooManyRequestsError } from './errors.ts'

/** How often one address may do something in a minute. People are slower; a house may share one. */
export interface RateLimits {
  /** Rounds, opponents and whatever else is small. */
  readonly play: number
  readonly names: number
  readonly rooms: number
  readonly uploads: number
}

export const RATE_LIMITS: RateLimits = { play: 600, names: 30, rooms: 30, uploads: 30 }

/** To measure what the game can do. */
export const NO_LIMITS: RateLimits = {
  play: Infinity,
  names: Infinity,
  rooms: Infinity,
  uploads: Infinity,
}

/** Where it is counted how often something was asked, by what that is. */
export type LimitStoreOf = (name: keyof RateLimits) => Store

const WINDOW_MS = 60_000

/**
 * Lets so many requests of one address through in a minute; `RateLimit` tells how many are left.
 *
 * @param store - counts them. @default one in memory, for this process alone
 */
export function atMost(limit: number, store?: Store): RequestHandler {
  if (limit === Infinity) return (_req, _res, next) => next()
  return rateLimit({
    windowMs: WINDOW_MS,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    ...(store && { store }),
    // Anybody may send X-Forwarded-For; it counts only where a proxy is believed.
    validate: { xForwardedForHeader: false },
    handler: (_req, _res, next) => next(new TooManyRequestsError()),
  })
}
