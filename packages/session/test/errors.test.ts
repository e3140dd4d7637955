import { describe, expect, it } from 'vitest'
import session, { basicAuth, cookies, csrf, formatCacheControl, signCookie } from '@tokkyu/session'

describe('a mistake of the program', () => {
  it.each([
    ['an option that is missing', () => basicAuth({}), 'users', TypeError],
    ['an option that is empty', () => cookies(['']), 'secret', TypeError],
    ['an origin that is none', () => csrf({ trustedOrigins: ['x'] }), 'trustedOrigins', TypeError],
    ['an argument of another kind', () => signCookie(1 as never, 'k'), 'value', TypeError],
    ['a number out of range', () => formatCacheControl({ maxAge: -1 }), 'maxAge', RangeError],
  ])('is named: %s', (_what, run, option, kind) => {
    const error = thrownBy(run)
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ code: 'SESSION_BAD_OPTION', status: 500, expose: false, option })
  })
})

describe('a request that has no session', () => {
  it('is told apart by SESSION_MISSING', () => {
    const sessions = session({ secret: 'a secret of at least thirty-two bytes' })
    expect(thrownBy(() => sessions.of({} as never))).toMatchObject({
      code: 'SESSION_MISSING',
      status: 500,
      expose: false,
    })
  })
})

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new TypeError('nothing was thrown')
}
