// oxlint-disable import/no-named-as-default-member -- `express.json` is how apps write it
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it, vi } from 'vitest'

import express from '../../src/index.ts'

describe('app.inject', () => {
  it('answers without a port', async () => {
    const app = express().get('/users/:id', (req, res) => {
      res.status(201).set('X-Own', '1').json({ id: req.params.id })
    })
    const reply = await app.inject('/users/7')
    expect(reply.status).toBe(201)
    expect(reply.statusText).toBe('Created')
    expect(reply.headers['x-own']).toBe('1')
    expect(await reply.json()).toEqual({ id: '7' })
  })

  it('asks for / when told nothing', async () => {
    const app = express().get('/', (req, res) =>
      res.send(`${req.method} ${req.hostname} ${req.ip}`),
    )
    expect(await (await app.inject()).text()).toBe('GET localhost 127.0.0.1')
  })

  it.each([
    ['text', 'a=b'],
    ['bytes', Buffer.from('a=b')],
    ['a stream', Readable.from(['a', '=b'])],
  ])('sends %s', async (_kind, body) => {
    const app = express().post('/', express.text({ type: '*/*' }), (req, res) => res.send(req.body))
    const reply = await app.inject({
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    })
    expect(await reply.text()).toBe('a=b')
  })

  it('sends an object as JSON', async () => {
    const app = express().post('/', express.json(), (req, res) => res.json(req.body))
    const reply = await app.inject({ method: 'POST', body: { a: [1] } })
    expect(await reply.json()).toEqual({ a: [1] })
  })

  it('gives the headers before the body is complete, and the body as it comes', async () => {
    let more: (() => void) | undefined
    const app = express().get('/', (_req, res) => {
      res.write('first ')
      more = () => res.end('second')
    })
    const reply = await app.inject()
    const chunks: string[] = []
    reply.body.on('data', (chunk) => chunks.push(String(chunk)))
    await vi.waitFor(() => expect(chunks).toEqual(['first ']))
    more?.()
    await vi.waitFor(() => expect(chunks).toEqual(['first ', 'second']))
  })

  it('gives bytes, also more than fit into a buffer at once', async () => {
    const big = Buffer.alloc(1_000_000, 7)
    const app = express().get('/', (_req, res) => res.send(big))
    expect((await (await app.inject()).bytes()).equals(big)).toBe(true)
  })

  it('drops the connection on a signal, which the app hears', async () => {
    const app = express()
    const aborted = new Promise((resolve) => {
      app.get('/', (req) => req.signal.addEventListener('abort', resolve))
    })
    const abort = new AbortController()
    const reply = app.inject({ signal: abort.signal })
    await sleep(5)
    abort.abort()
    await expect(reply).rejects.toThrow('abort')
    await aborted
  })

  it('rejects when the app cuts the connection', async () => {
    const app = express().get('/', (req) => req.socket.destroy())
    await expect(app.inject()).rejects.toThrow(/socket hang up/)
  })

  it('shows what the parser refuses', async () => {
    const reply = await express().inject({ headers: { 'content-length': 'x' } })
    expect(reply.status).toBe(400)
  })

  it('speaks HEAD, 304 and 100-continue', async () => {
    const app = express()
    app.get('/', (_req, res) => res.set('ETag', '"1"').send('x'))
    app.post('/', express.text(), (req, res) => res.send(req.body))
    expect((await app.inject({ method: 'HEAD' })).headers['content-length']).toBe('1')
    expect((await app.inject({ headers: { 'if-none-match': '"1"' } })).status).toBe(304)
  })
})
