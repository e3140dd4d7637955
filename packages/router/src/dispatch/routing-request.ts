import type { Journey } from './journey.ts'

/** What a router reads and writes on a request. */
export interface RoutingRequest {
  method?: string | undefined
  url?: string | undefined
  originalUrl?: string | undefined
  baseUrl?: string | undefined
  params?: unknown
  route?: unknown
  next?: unknown
  [JOURNEY]?: Journey | undefined
}

/** The way a request is on; there while a router works on it. */
export const JOURNEY = Symbol('tokkyu.router.journey')

/**
 * @returns the way that the request is on, unless it was on it with another response: tests use
 * their requests again.
 */
export function journeyOf(req: RoutingRequest, res: object): Journey | undefined {
  const journey = req[JOURNEY]
  return journey?.res === res ? journey : undefined
}
