import { describe, expect, it } from 'vitest'
import { Cookie } from '@tokkyu/session'

describe('the cookie of a session', () => {
  it('ends with the browser, is HttpOnly and for the whole site, unless told otherwise', () => {
    const cookie = new Cookie()
    expect([cookie.expires, cookie.maxAge, cookie.originalMaxAge]).toEqual([null, null, null])
    expect(cookie.serialize('id', 'x')).toBe('id=x; Path=/; HttpOnly')
  })

  it('counts maxAge from now, and remembers what it was', () => {
    const cookie = new Cookie({ maxAge: 60_000 })
    const left = (cookie.expires as Date).getTime() - Date.now()
    expect(Math.abs(left - 60_000)).toBeLessThan(1000)
    expect(Math.abs((cookie.originalMaxAge as number) - 60_000)).toBeLessThan(1000)
  })

  it('takes a date for both', () => {
    const date = new Date(Date.now() + 5000)
    expect(new Cookie({ expires: date }).expires).toBe(date)
    expect((new Cookie({ maxAge: date }).expires as Date).getTime()).toBe(date.getTime())
  })

  it.each(['42', true, {}])('refuses the maxAge %j', (maxAge) => {
    expect(() => new Cookie({ maxAge: maxAge as never })).toThrow(TypeError)
  })

  it.each([42, 'foo', true])('refuses the options %j', (options) => {
    expect(() => new Cookie(options as never)).toThrow('argument options')
  })

  it('is JSON without what is not set, and is itself again from it', () => {
    const cookie = new Cookie({
      maxAge: 60_000,
      sameSite: 'lax',
      secure: true,
      priority: 'high',
      partitioned: true,
    })
    const json = JSON.parse(JSON.stringify(cookie)) as Record<string, unknown>
    expect(Object.keys(json).toSorted()).toEqual([
      'expires',
      'httpOnly',
      'originalMaxAge',
      'partitioned',
      'path',
      'priority',
      'sameSite',
      'secure',
    ])
    expect(new Cookie({ ...json, data: 'ignored' } as never).data.path).toBe('/')
  })
})
