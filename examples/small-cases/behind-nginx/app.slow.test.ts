import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import { createApp } from './app.ts'
import { hasNginx, Nginx } from './nginx.ts'

describe.skipIf(!hasNginx)('an app behind nginx', () => {
  const app = createApp()
  const nginx = new Nginx()
  let host: string
  beforeAll(async () => {
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await nginx.start((server.address() as AddressInfo).port)
    host = `127.0.0.1:${nginx.port}`
  })
  afterAll(async () => {
    await app.close()
    await nginx.stop()
  })

  /** From an address that is not nginx's own. */
  const options = { host: '127.0.0.1', localAddress: '127.0.0.2' }

  function put(headers: http.OutgoingHttpHeaders): http.ClientRequest {
    return http.request({ ...options, port: nginx.port, method: 'PUT', path: '/files', headers })
  }

  it('knows the client, and the host that he asked', async () => {
    const answer = await answerTo(http.get({ ...options, port: nginx.port }))
    expect(await json(answer)).toEqual({ ip: '127.0.0.2', protocol: 'http', host, secure: false })
  })

  it('believes nothing of that from the client himself', async () => {
    const headers = {
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'evil.example',
    }
    const answer = await answerTo(http.get({ ...options, port: nginx.port, headers }))
    expect(await json(answer)).toEqual({ ip: '127.0.0.2', protocol: 'http', host, secure: false })
  })

  it('opens WebSockets', async () => {
    const socket = new WebSocket(`ws://${host}/echo`, { origin: `http://${host}` })
    await once(socket, 'open')
    socket.send('through nginx')
    const [message] = (await once(socket, 'message')) as [Buffer]
    expect(message.toString()).toBe('through nginx')
    socket.close()
    await once(socket, 'close')
  })

  it('opens none for the page of another host', async () => {
    const socket = new WebSocket(`ws://${host}/echo`, { origin: 'http://evil.example' })
    socket.on('error', () => {})
    const [, refused] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
    expect(refused.statusCode).toBe(403)
  })

  it('sees a large upload from its first bytes on', async () => {
    const piece = Buffer.alloc(1_000_000, 'x')
    const pieces = 50
    const request = put({
      'Content-Type': 'application/octet-stream',
      'Content-Length': piece.length * pieces,
    })
    const began = once(app, 'upload began')
    request.write(piece)
    await began // the rest is not sent before: nginx did not wait for it
    for (let n = 1; n < pieces; n++) {
      if (!request.write(piece)) await once(request, 'drain')
    }
    request.end()
    const answer = await answerTo(request)
    const hash = createHash('sha256')
    for (let n = 0; n < pieces; n++) hash.update(piece)
    expect([answer.statusCode, await json(answer)]).toEqual([
      201,
      { bytes: piece.length * pieces, sha256: hash.digest('hex') },
    ])
  })

  it('has nginx answer 413 to more than is allowed', async () => {
    const request = put({ 'Content-Type': 'application/octet-stream', 'Content-Length': 1e9 })
    request.on('error', () => {}) // nginx closes what it has refused
    request.flushHeaders()
    const answer = await answerTo(request)
    request.destroy()
    expect(answer.statusCode).toBe(413)
  })

  it('answers 415 itself to an upload of another type', async () => {
    const request = put({ 'Content-Type': 'text/plain' }).end('x')
    const answer = await answerTo(request)
    answer.resume()
    expect(answer.statusCode).toBe(415)
  })

  it('sends events when they happen, and not when the stream ends', async () => {
    const request = http.get({ ...options, port: nginx.port, path: '/events' })
    const answer = await answerTo(request)
    let received = ''
    for await (const piece of answer) {
      received += String(piece)
      if (received.includes('data: hello')) break
    }
    expect(received).toContain('data: hello')
    request.destroy()
  })
})

describe.skipIf(!hasNginx)('nginx without the app', () => {
  it('answers 502', async () => {
    const nginx = new Nginx()
    const app = createApp().listen(0, '127.0.0.1')
    await once(app, 'listening')
    const { port } = app.address() as AddressInfo
    app.close()
    await once(app, 'close')
    try {
      await nginx.start(port)
      expect((await fetch(`http://127.0.0.1:${nginx.port}/`)).status).toBe(502)
    } finally {
      await nginx.stop()
    }
  })
})

async function answerTo(request: http.ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}
