import { describe, expect, it } from 'vitest'

import session, { basicAuth, cacheControl, cookies, createAssets, csrf } from '@tokkyu/session'

describe('a middleware', () => {
  it.each([
    ['sessionMiddleware', session({ secret: 'one of many bytes' })],
    ['csrfMiddleware', csrf()],
    ['cookiesMiddleware', cookies()],
    ['basicAuthMiddleware', basicAuth({ users: {} })],
    ['cacheControlMiddleware', cacheControl({ maxAge: 1 })],
    ['assetsMiddleware', createAssets(import.meta.dirname).middleware],
  ])('is named %s where routes, timings and errors tell of it', (name, middleware) => {
    expect(middleware.name).toBe(name)
  })
})
