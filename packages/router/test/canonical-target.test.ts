import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { Router } from '@tokkyu/router'
import { serve } from './serve.ts'

function rewriting(router: Router, to: string) {
  return router.use((req, _res, next) => {
    req.url = to
    next()
  })
}

describe('canonicalTarget', () => {
  const calls: string[] = []
  const canonicalTarget = (url: string) => {
    calls.push(url)
    if (url.includes('%00')) throw Object.assign(new Error('NUL in the target'), { status: 400 })
    return url.replaceAll('%61', 'a')
  }
  const ask = async (router: Router, url = '/') => {
    calls.length = 0
    return request(serve(router)).get(url)
  }

  it('is asked what a layer has made of the URL, before matching goes on', async () => {
    const router = rewriting(new Router({ canonicalTarget }), '/%61dmin')
    router.use('/admin', (req, res) => void res.end(`guarded ${req.originalUrl}`))
    expect((await ask(router)).text).toBe('guarded /')
    expect(calls).toEqual(['/%61dmin'])
  })

  it('is not asked about a URL that nobody has touched, mounted or not', async () => {
    const router = new Router({ canonicalTarget })
    router.use('/a', (_req, _res, next) => void next())
    router.use(
      '/a',
      new Router().get('/b', (_req, res) => void res.end('ok')),
    )
    expect((await ask(router, '/a/b')).text).toBe('ok')
    expect(calls).toEqual([])
  })

  it('counts for nested routers, relative to where they are mounted', async () => {
    const inner = rewriting(new Router(), '/%61')
    inner.get('/a', (req, res) => void res.end(`${req.baseUrl} ${req.url}`))
    const router = new Router({ canonicalTarget }).use('/in', inner)
    expect((await ask(router, '/in/x')).text).toBe('/in /a')
    expect(calls).toEqual(['/%61'])
  })

  it('is asked when a layer hands what it has rewritten to a router itself', async () => {
    const inner = new Router().use('/admin', (_req, res) => void res.end('guarded'))
    const router = new Router({ canonicalTarget }).use('/in', (req, res, next) => {
      req.url = '/%61dmin'
      inner(req, res, next)
    })
    expect((await ask(router, '/in/x')).text).toBe('guarded')
    expect(calls).toEqual(['/%61dmin'])
  })

  it('is asked when one handler of a route rewrites and the next hands it on', async () => {
    const inner = new Router().use('/admin', (_req, res) => void res.end('guarded'))
    const router = new Router({ canonicalTarget }).get(
      '/x',
      (req, _res, next) => {
        req.url = '/%61dmin'
        next()
      },
      (req, res, next) => inner(req, res, next),
    )
    expect((await ask(router, '/x')).text).toBe('guarded')
  })

  it('may refuse by throwing', async () => {
    const router = rewriting(new Router({ canonicalTarget }), '/%00')
    router.get('/{*any}', (_req, res) => void res.end('reached'))
    const { status, text } = await ask(router)
    expect([status, text]).toEqual([400, 'Error: NUL in the target'])
  })
})
