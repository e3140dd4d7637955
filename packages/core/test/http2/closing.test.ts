import { once } from 'node:events'
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

import { until } from '../resources.ts'
import { ask, serve, type Way } from './client.ts'

const ways = ['app.listen, in clear text', 'app.listen, over TLS'] as const satisfies Way[]

const gone = (client: ClientHttp2Session): Promise<unknown> =>
  new Promise((resolve) => void client.once('close', resolve))

describe.each(ways)('app.close() of an app served by %s', (way) => {
  it('lets what was asked be answered, and tells clients before it refuses anything', async () => {
    let answer: (() => void) | undefined
    const app = express().set('env', 'test')
    app.get('/slow', (_req, res) => void (answer = () => res.send('late')))
    app.get('/', (_req, res) => void res.send('hello'))
    const { client } = await serve(app, way)
    const goodbyes: unknown[] = []
    client.on('goaway', (code, last) => goodbyes.push([code, last]))
    const slow = ask(client, { ':path': '/slow' })
    await until(() => answer !== undefined, 'asked')
    const closed = app.close({ grace: 60_000 })
    await until(() => goodbyes.length > 0, 'a goodbye')
    expect(goodbyes[0]).toEqual([0, 2 ** 31 - 1])
    answer!()
    expect(await slow).toMatchObject({ text: 'late', code: 0 })
    await closed
  })

  it('ends connections on which nothing happens, and those that never said a word', async () => {
    const app = express().set('env', 'test')
    app.get('/', (_req, res) => void res.send('hello'))
    const { get, client } = await serve(app, way)
    await get('/')
    const left = gone(client)
    await app.close({ grace: 60_000 })
    await left
    expect(client.closed).toBe(true)
  })

  it('ends streams of events', async () => {
    const app = express().set('env', 'test')
    app.get('/', (_req, res) => void res.sse())
    const { client } = await serve(app, way)
    const stream = client.request({ ':path': '/' })
    await once(stream, 'data')
    const ended = once(stream.resume(), 'end')
    await app.close({ grace: 60_000 })
    await ended
    expect(stream.rstCode).toBe(0)
  })

  it('cuts what takes longer than the grace', async () => {
    const app = express().set('env', 'test')
    app.get('/', () => {})
    const { client } = await serve(app, way)
    const stream: ClientHttp2Stream = client.request({ ':path': '/' })
    stream.on('error', () => {})
    await wait(50)
    const left = gone(client)
    await app.close({ grace: 50 })
    await left
    expect(stream.destroyed).toBe(true)
  })
})

describe('app.close() of an app over HTTP/2', () => {
  it('cuts answers that have begun and fallen silent before that', async () => {
    const app = express().set('env', 'test')
    app.get('/', (_req, res) => void res.write('begun'))
    const { client } = await serve(app)
    const stream = client.request({ ':path': '/' })
    stream.on('error', () => {})
    await once(stream, 'data')
    const began = performance.now()
    await app.close({ grace: 4000 })
    expect(performance.now() - began).toBeLessThan(3900)
  })
})
