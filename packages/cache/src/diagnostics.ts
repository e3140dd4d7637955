import { channel } from 'node:diagnostics_channel'

/** A store failed or did not answer in time: `{ operation, key, error }`. Its callers went on without it. */
export const storeFailed = channel('tokkyu.cache.store-failed')

/** A call failed whose callers got a stale answer in its place: `{ key, error }`, once for each call. */
export const refreshFailed = channel('tokkyu.cache.refresh-failed')
