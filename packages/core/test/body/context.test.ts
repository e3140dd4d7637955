import { AsyncLocalStorage } from 'node:async_hooks'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { json } from '../../src/body/index.ts'
import { parsingServer } from './parsing-server.ts'

describe('an AsyncLocalStorage store', () => {
  const storage = new AsyncLocalStorage<string>()

  it.each([
    ['a body', '{"a":1}', {}],
    ['a compressed body', gzipSync('{"a":1}'), { 'content-encoding': 'gzip' }],
    ['a body that cannot be parsed', '{', {}],
    ['a body that cannot be inflated', '{', { 'content-encoding': 'gzip' }],
    ['a body too large', `"${'x'.repeat(200_000)}"`, {}],
    ['an unknown charset', '{}', { 'content-type': 'application/json; charset=x' }],
    ['another type', '{}', { 'content-type': 'text/x' }],
  ])('survives %s', async (_name, sent, headers) => {
    const seen: unknown[] = []
    await using server = await parsingServer((req, res, next) => {
      storage.run('mine', () =>
        json()(req, res, (error) => {
          seen.push(storage.getStore())
          next(error)
        }),
      )
    })
    await server.post(sent, headers)
    expect(seen).toEqual(['mine'])
  })
})

describe('a request that was read before', () => {
  it('is passed on with what it has', async () => {
    const parse = json()
    await using server = await parsingServer((req, res, next) => {
      parse(req, res, (error) => (error === undefined ? parse(req, res, next) : next(error)))
    })
    expect(await server.post('{"a":1}')).toEqual({ status: 200, result: { a: 1 } })
  })

  it('cannot be read again in part', async () => {
    await using server = await parsingServer((req, res, next) => {
      req.setEncoding('utf8')
      json()(req, res, next)
    })
    expect(await server.post('{"a":1}')).toMatchObject({
      status: 500,
      result: { type: 'stream.encoding.set' },
    })
  })

  it('whose client left meanwhile gives an error at once', async () => {
    await using server = await parsingServer((req, res, next) => {
      req.on('close', () => json()(req, res, next)).on('error', () => {})
      req.destroy()
    })
    await expect(server.post('{"a":1}')).rejects.toThrow('fetch failed')
    expect(server.calls).toEqual([expect.objectContaining({ type: 'request.aborted' })])
  })
})
