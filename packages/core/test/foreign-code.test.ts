import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'

import express from '@tokkyu/core'

/** Everything a server says to raw bytes, until it closes the connection. */
async function exchange(listener: RequestListener, ...requests: string[]): Promise<string> {
  const server =
    'listen' in listener
      ? (listener as unknown as express.Application).listen(0)
      : createServer(listener).listen(0)

  await once(server, 'listening')
  const replies: string[] = []
  for (const bytes of requests) {
    const socket = connect((server.address() as AddressInfo).port)
    socket.write(bytes)
    replies.push(await text(socket))
  }
  server.close()
  return replies.join('\n')
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`

describe('a server that an app shares', () => {
  it('keeps the requests of its own handler as node makes them', async () => {
    const app = express().get('/app', (_req, res) => void res.send('ours'))
    const areOurs: boolean[] = []
    const replies = await exchange(
      (req, res) => {
        if (req.url === '/app') {
          app(req, res)
          return
        }
        areOurs.push('accepts' in req)
        res.end('own')
      },
      get('/app'),
      get('/own'),
    )
    expect(replies).toContain('ours')
    expect(replies).toContain('own')
    expect(areOurs).toEqual([false])
  })
})

describe('a property of the request that is read by getter', () => {
  it.each(['path', 'ip', 'ips', 'protocol', 'host', 'hostname', 'secure', 'fresh', 'stale'])(
    'takes an assignment to %s',
    async (name) => {
      const app = express().get('/', (req, res) => {
        Object.assign(req, { [name]: 'mine' })
        res.json((req as unknown as Record<string, unknown>)[name])
      })
      expect(await (await app.inject('/')).json()).toBe('mine')
    },
  )
})

describe('res.links', () => {
  it('keeps a target and a relation inside their delimiters', async () => {
    const app = express().get('/', (_req, res) => {
      res.links({ 'a"; b="': '/x>; rel="preload", </y' }).end()
    })
    const { headers } = await app.inject('/')
    expect(headers['link']).toBe(String.raw`</x%3E; rel="preload", %3C/y>; rel="a\"; b=\""`)
  })
})

describe('a request of HTTP/1.0', () => {
  const app = express().post('/', express.text({ type: () => true }), (req, res) => {
    res.send(`got ${req.body}`)
  })
  const listener = app as unknown as RequestListener

  it('is answered without an interim 100', async () => {
    const reply = await exchange(
      listener,
      'POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
    )
    expect(reply).toContain('got hi')
    expect(reply).not.toContain('100 Continue')
  })

  it('is answered and its connection closed when it names a transfer coding', async () => {
    const head =
      'POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n'
    const reply = await exchange(listener, `${head}2\r\nhi\r\n0\r\n\r\n${head}0\r\n\r\n`)
    expect(reply.match(/HTTP\/1\.1 200/g)).toHaveLength(1)
    expect(reply).toMatch(/Connection: close/i)
  })
})

describe('the error of a refused body', () => {
  it('shows its message to whoever lists its properties', async () => {
    const app = express().use(express.json({ limit: 1 }))
    app.use(
      ((error, _req, res, _next) => void res.json({ ...error })) as express.ErrorRequestHandler,
    )
    const reply = await app.inject({ method: 'POST', body: { a: 1 } })
    expect(await reply.json()).toMatchObject({ message: 'request entity too large' })
  })
})
