import type { GetOptions, StoredSession, Version } from '../session/store.ts'

/** The JSON of a session's data, without its cookie. */
export function dataOf(session: StoredSession): string {
  const { cookie: _, ...data } = session
  return JSON.stringify(data)
}

/** When a session ends, in ms since 1970; `undefined` when its cookie does not say. */
export function endOf({ cookie }: StoredSession): number | undefined {
  const expires = cookie?.expires as Date | string | null | undefined
  if (!expires) return undefined
  const time = expires instanceof Date ? expires.getTime() : Date.parse(expires)
  return Number.isNaN(time) ? undefined : time
}

/**
 * Answers the caller of a store: by callback, or without one by a promise.
 *
 * A callback runs later, so that it never runs before the call has returned, unless the caller said
 * that it is ready for that.
 */
export function answer(
  callback: ((error?: never, value?: never, version?: Version) => void) | undefined,
  options: GetOptions | undefined,
  value: unknown,
  version?: Version,
  error: Error | null = null,
): unknown {
  if (callback === undefined) return error ? Promise.reject(error) : Promise.resolve(value)
  if (options?.direct) callback(error as never, value as never, version)
  else setImmediate(callback, error as never, value as never, version)
  return undefined
}
