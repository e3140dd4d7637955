import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { MethodNotAllowedError, Router } from '@tokkyu/router'
import { serve } from './serve.ts'

function build(methodNotAllowed: boolean) {
  const inner = new Router().delete('/x', (_req, res) => void res.end('deleted'))
  return new Router({ methodNotAllowed })
    .get('/x', (_req, res) => void res.end('got'))
    .put('/x', (_req, res) => void res.end('put'))
    .get('/y', (_req, _res, next) => void next())
    .put('/y', (_req, res) => void res.end('put'))
    .use(inner)
}

describe('a path without the method that is asked for', () => {
  it('falls through to 404 as in Express, unless told otherwise', async () => {
    expect((await request(serve(build(false))).post('/x')).status).toBe(404)
  })

  it('is a 405 with Allow when told so (RFC 9110 §15.5.6)', async () => {
    const errors: unknown[] = []
    const response = await request(serve(build(true), (error) => errors.push(error))).post('/x')
    expect(response.status).toBe(405)
    expect(response.headers['allow']).toBe('DELETE, GET, HEAD, PUT')
    expect(errors[0]).toBeInstanceOf(MethodNotAllowedError)
    expect(errors[0]).toMatchObject({
      code: 'ROUTER_METHOD_NOT_ALLOWED',
      status: 405,
      method: 'POST',
      allowed: ['DELETE', 'GET', 'HEAD', 'PUT'],
    })
  })

  it('is still answered by whoever comes later and has it', async () => {
    expect((await request(serve(build(true))).delete('/x')).text).toBe('deleted')
  })

  it('is a 404 where the method was there, and declined', async () => {
    expect((await request(serve(build(true))).get('/y')).status).toBe(404)
  })

  it('is a 404 where there is no path', async () => {
    expect((await request(serve(build(true))).post('/z')).status).toBe(404)
  })

  it('answers OPTIONS as ever: the first router that is through with its routes', async () => {
    const response = await request(serve(build(true))).options('/x')
    expect([response.status, response.text]).toEqual([200, 'DELETE'])
  })

  it('counts what nested routers know, unless they are told not to', async () => {
    const silent = new Router({ methodNotAllowed: false }).patch('/x', () => {})
    const inner = new Router().get('/x', () => {}).use(silent)
    const router = new Router({ methodNotAllowed: true }).use('/a', inner).put('/a/x', () => {})
    const response = await request(serve(router)).post('/a/x')
    expect([response.status, response.headers['allow']]).toEqual([405, 'GET, HEAD, PUT'])
  })
})
