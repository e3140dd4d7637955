import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { Router } from '@tokkyu/router'

/** Answers with its name. */
const says = (name: string) => (_req: IncomingMessage, res: ServerResponse) => void res.end(name)

/** A server that takes requests with `X-Handshake` for handshakes, as `upgrade` listeners do. */
function serve(router: Router) {
  return createServer((req, res) => {
    if (req.headers['x-handshake']) req.method = 'WS'
    router(req, res, (error) => {
      const { status = 404, headers } = (error ?? {}) as { status?: number; headers?: object }
      res.writeHead(status, { ...headers }).end('nobody')
    })
  })
}

const handshake = (router: Router, path: string) =>
  request(serve(router)).get(path).set('X-Handshake', '1')

describe('a route for WebSocket handshakes', () => {
  const router = new Router()
    .all('/chat', says('all'))
    .get('/chat', says('get'))
    .ws('/chat', (_req, _res, next) => void next(), says('ws'))
    .use(
      '/rooms',
      new Router().ws('/:id<int>', (req, res) => void res.end(`room ${req.params.id}`)),
    )

  it('sees handshakes, and those alone', async () => {
    expect((await handshake(router, '/chat')).text).toBe('ws')
    const only = new Router().ws('/chat', says('ws'))
    expect((await request(serve(only)).get('/chat')).status).toBe(404)
  })

  it('leaves no handshake to the routes of other methods, nor to all()', async () => {
    const others = new Router().all('/chat', says('all')).get('/chat', says('get'))
    expect((await handshake(others, '/chat')).status).toBe(404)
    others.route('/both').all(says('all')).get(says('get'))
    expect((await handshake(others, '/both')).status).toBe(404)
  })

  it('keeps a handshake from the all() of the same route', async () => {
    const both = new Router()
    const route = both.route('/both').all(says('all')) as unknown as {
      handshakes(...handlers: unknown[]): void
    }
    route.handshakes(says('ws'))
    expect((await handshake(both, '/both')).text).toBe('ws')
    expect((await request(serve(both)).get('/both')).text).toBe('all')
  })

  it('is found through mounted routers, with its parameters', async () => {
    expect((await handshake(router, '/rooms/7')).text).toBe('room 7')
    expect((await handshake(router, '/rooms/seven')).status).toBe(404)
  })

  it('is shown by routes(), explain() and find()', () => {
    expect(router.routes().map(({ path, methods }) => ({ path, methods }))).toEqual([
      { path: '/chat', methods: ['*'] },
      { path: '/chat', methods: ['GET', 'HEAD'] },
      { path: '/chat', methods: ['WS'] },
      { path: '/rooms', methods: [] },
    ])
    expect(router.explain('WS', '/rooms/7').answer).toEqual({
      path: '/rooms/:id<int>',
      name: undefined,
    })
    expect(router.explain('GET', '/rooms/7').answer).toBeUndefined()
    expect(router.explain('WS', '/chat').layers.map(({ verdict }) => verdict)).toEqual([
      'wrong method',
      'wrong method',
      'answers',
      'path differs',
    ])
    expect(router.find('WS', '/chat')).toBeDefined()
    expect(new Router().all('/x', says('all')).find('WS', '/x')).toBeUndefined()
  })

  it('is no method for Allow, neither of OPTIONS nor of 405', async () => {
    const strict = new Router({ methodNotAllowed: true })
    strict.ws('/chat', says('ws')).post('/chat', says('post')).ws('/only', says('ws'))
    expect((await request(serve(strict)).options('/chat')).headers['allow']).toBe('POST')
    const refused = await request(serve(strict)).get('/chat')
    expect([refused.status, refused.headers['allow']]).toEqual([405, 'POST'])
    expect((await request(serve(strict)).get('/only')).status).toBe(404)
    expect((await handshake(strict, '/none')).status).toBe(404)
  })

  it('answers a handshake for a path without it 404, also where 405 is on', async () => {
    const strict = new Router({ methodNotAllowed: true }).post('/chat', says('post'))
    expect((await handshake(strict, '/chat')).status).toBe(404)
  })
})
