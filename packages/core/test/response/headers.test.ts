import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

/** The headers that a handler's reply carries. */
async function headersOf(
  answer: (res: express.Response) => unknown,
): Promise<Record<string, string>> {
  const app = express().set('env', 'test')
  app.use((_req, res) => {
    answer(res)
    res.end()
  })
  const { headers, status, text } = await request(app).get('/')
  if (status !== 200) throw new Error(text)
  return headers
}

describe('headers of a reply', () => {
  it('are set one by one or together, as text', async () => {
    const headers = await headersOf((res) =>
      res.set('X-A', 1 as never).set({ 'X-B': true, 'X-C': ['1', 2] }),
    )
    expect(headers).toMatchObject({ 'x-a': '1', 'x-b': 'true', 'x-c': '1, 2' })
  })

  it('are not set from what an object inherits', async () => {
    const fields = Object.assign(Object.create({ 'X-Inherited': '1' }) as object, { 'X-Own': '1' })
    const headers = await headersOf((res) => res.set(fields as Record<string, string>))
    expect(headers).toHaveProperty('x-own')
    expect(headers).not.toHaveProperty('x-inherited')
  })

  it('are added to what is there', async () => {
    const headers = await headersOf((res) =>
      res
        .append('X-A', '1')
        .append('X-A', ['2', '3'])
        .links({ next: '/2' })
        .links({ last: ['/8', '/9'] }),
    )
    expect(headers).toMatchObject({
      'x-a': '1, 2, 3',
      link: '</2>; rel="next", </8>; rel="last", </9>; rel="last"',
    })
  })

  it.each([
    ['json', 'application/json; charset=utf-8'],
    ['.html', 'text/html; charset=utf-8'],
    ['photo.JPG', 'image/jpeg'],
    ['nothing-known', 'application/octet-stream'],
    ['text/x-own', 'text/x-own; charset=utf-8'],
  ])('name the type %s as %s', async (given, expected) => {
    expect(await headersOf((res) => res.type(given))).toMatchObject({ 'content-type': expected })
  })

  it('refuse a list as Content-Type', async () => {
    await expect(headersOf((res) => res.set('Content-Type', ['a/b', 'c/d']))).rejects.toThrow(
      'Content-Type cannot be set to an Array',
    )
  })

  it('name a file to save by its last part, in ASCII and in full (RFC 6266, RFC 8187)', async () => {
    const headers = await headersOf((res) => res.attachment('../in/Zoë.pdf'))
    expect(headers).toMatchObject({
      'content-disposition': `attachment; filename="Zo?.pdf"; filename*=UTF-8''Zo%C3%AB.pdf`,
      'content-type': 'application/pdf',
    })
  })
})

describe('the status of a reply', () => {
  it.each([200.5, '200', null, NaN])('cannot be %s', async (status) => {
    await expect(headersOf((res) => res.status(status as number))).rejects.toThrow(
      'Status code must be an integer',
    )
  })

  it.each([99, 1000, -1])('cannot be %s', async (status) => {
    await expect(headersOf((res) => res.status(status))).rejects.toThrow('RangeError')
  })

  it('may stand for its own body', async () => {
    const app = express().get('/', (_req, res) => void res.sendStatus(418))
    const { status, text, type } = await request(app).get('/')
    expect([status, text, type]).toEqual([418, "I'm a Teapot", 'text/plain'])
  })
})
