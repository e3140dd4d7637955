import { responseCache } from './http/response-cache.ts'
import * as names from './names.ts'
import type { ResponseCache, ResponseCacheOptions } from './names.ts'

/**
 * Keeps answers for everybody, as RFC 9111 lets a shared cache; `responseCache` under the package's own
 * name.
 *
 * @throws {CacheOptionError} `CACHE_BAD_OPTION`, at once, for options that cannot be meant.
 * @example app.use(cache({ ttl: 60_000 }))
 */
function cache(options?: ResponseCacheOptions): ResponseCache {
  return responseCache(options)
}

export * from './names.ts'
export default Object.assign(cache, names)
