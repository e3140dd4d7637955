// oxlint-disable import/no-named-as-default-member -- `express.json` is how apps write it
import { EventEmitter } from 'node:events'
import { Readable, Stream, Writable } from 'node:stream'

import { describe, expect, it } from 'vitest'

import express from '../../src/index.ts'

const app = express()
app.use(express.text({ type: '*/*' }), (req, res) => {
  res.json([req.get('content-type') ?? null, req.get('content-length') ?? null, req.body])
})

async function heard(body: object | string | null): Promise<unknown> {
  return (await app.inject({ method: 'POST', headers: { 'x-own': '1' }, body })).json()
}

describe('a body given to app.inject', () => {
  it('is a form from URLSearchParams', async () => {
    expect(await heard(new URLSearchParams({ a: '1 2' }))).toEqual([
      'application/x-www-form-urlencoded;charset=UTF-8',
      '5',
      'a=1+2',
    ])
  })

  it('is multipart from FormData, with its boundary and a length', async () => {
    const form = new FormData()
    form.set('name', 'Ada')
    form.set('file', new Blob(['text'], { type: 'text/plain' }), 'a.txt')
    const [type, length, text] = (await heard(form)) as [string, string, string]
    const boundary = type.replace('multipart/form-data; boundary=', '')
    expect(text).toContain(`--${boundary}\r\n`)
    expect(text).toContain('filename="a.txt"')
    expect(Number(length)).toBe(text.length)
  })

  it('has the type of a Blob, where it has one', async () => {
    expect(await heard(new Blob(['x'], { type: 'text/css' }))).toEqual(['text/css', '1', 'x'])
    const reply = await app.inject({ method: 'POST', body: new Blob(['x']) })
    expect(await reply.json()).toEqual([null, '1', null])
  })

  it.each([
    ['an ArrayBuffer', new TextEncoder().encode('abc').buffer],
    ['a view of a part of one', new DataView(new TextEncoder().encode('xabcx').buffer, 1, 3)],
    ['a typed array', new Uint16Array(new Uint8Array([97, 98, 99, 100]).buffer)],
  ])('is the bytes of %s', async (_kind, body) => {
    const reply = await app.inject({
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    })
    expect(await reply.json()).toEqual([
      'text/plain',
      String(body.byteLength),
      body.byteLength === 4 ? 'abcd' : 'abc',
    ])
  })

  it.each([
    ['a stream of the web', () => new Blob(['ab', 'c']).stream()],
    ['an async iterable', () => Readable.from(['ab', 'c']).iterator()],
    [
      'a stream of the first kind',
      () => {
        const old = Object.assign(new Stream(), { readable: true })
        setImmediate(() => {
          old.emit('data', 'abc')
          old.emit('end')
        })
        return old
      },
    ],
  ])('is what comes of %s', async (_kind, make) => {
    const reply = await app.inject({
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: make(),
    })
    expect(await reply.json()).toEqual(['text/plain', null, 'abc'])
  })

  it('is none for null', async () => {
    expect(await heard(null)).toEqual([null, '0', null])
  })

  it('keeps the type that the request names itself', async () => {
    const reply = await app.inject({
      method: 'POST',
      headers: { 'Content-Type': 'application/vnd.api+json' },
      body: { a: 1 },
    })
    expect(await reply.json()).toEqual(['application/vnd.api+json', '7', '{"a":1}'])
  })

  const read = Readable.from(['x'])
  const locked = new Blob(['x']).stream()
  const circle: { self?: object } = {}
  circle.self = circle
  it.each<[string, unknown, RegExp]>([
    ['a function', () => {}, /a function/],
    ['a number', 7, /a number/],
    ['true', true, /a boolean/],
    ['a symbol', Symbol('x'), /a symbol/],
    ['a promise', Promise.resolve('x'), /a promise; await it first/],
    ['a Map', new Map([['a', 1]]), /a Map or a Set/],
    ['a circle', circle, /an object that has no JSON/],
    ['what says it has no JSON', { toJSON: () => undefined }, /an object that has no JSON/],
    ['a stream that was read', read, /a stream that was read before/],
    ['a stream that somebody reads', locked, /a stream that somebody else reads/],
    ['a stream for writing', new Writable(), /a stream that cannot be read/],
  ])('is refused when it is %s', async (_kind, body, message) => {
    await read.toArray()
    if (!locked.locked) locked.getReader()
    const reply = app.inject({ method: 'POST', body: body as object })
    await expect(reply).rejects.toThrow(message)
    await expect(reply).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })

  it('breaks off the request when it breaks off itself', async () => {
    const events = new EventEmitter()
    const closed = new Promise((resolve) => events.once('closed', resolve))
    const slow = express().post('/', (req) => req.once('close', () => events.emit('closed')))
    const body = Readable.from(
      (async function* () {
        yield 'first'
        throw new Error('the disk is gone')
      })(),
    )
    await expect(slow.inject({ method: 'POST', body })).rejects.toThrow('the disk is gone')
    await closed
  })
})
