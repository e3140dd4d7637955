import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { Router } from '@tokkyu/router'
import { serve } from './serve.ts'

const say = (text: string) => (_req: unknown, res: { end(text: string): void }) => res.end(text)
function log(_req: unknown, _res: unknown, next: () => void) {
  next()
}
const ask = async (router: Router, url = '/') => (await request(serve(router)).get(url)).text

describe('router.stack', () => {
  it('shows layers as third parties read them', () => {
    const router = new Router().use(log).use('/api', new Router())
    router.get('/users/:id', log, say('user'))
    const shown = router.stack.map(({ name, route }) => [name, route?.path, route?.methods])
    expect(shown).toEqual([
      ['log', undefined, undefined],
      ['router', undefined, undefined],
      ['handle', '/users/:id', expect.objectContaining({ get: true })],
    ])
    expect(Array.isArray(router.stack)).toBe(true)
    expect(router.stack[2]!.route!.stack.map(({ name, method }) => [name, method])).toEqual([
      ['log', 'get'],
      ['<anonymous>', 'get'],
    ])
  })

  it('can be changed in every way, and requests see it', async () => {
    const router = new Router().get('/', say('first')).get('/', say('second'))
    expect(await ask(router)).toBe('first')
    router.stack.unshift(router.stack.pop()!)
    expect(await ask(router)).toBe('second')
    router.stack.reverse()
    expect(await ask(router)).toBe('first')
    router.stack.splice(0, 1)
    expect(await ask(router)).toBe('second')
    router.stack = router.stack.filter(() => false)
    expect(await ask(router)).toBe('nothing answered')
    router.get('/', say('third'))
    expect(await ask(router)).toBe('third')
  })

  it('is looked up anew when layers have changed places', async () => {
    const router = new Router().get('/a', say('a')).get('/b', say('b'))
    expect(await ask(router, '/a')).toBe('a')
    router.stack.reverse()
    expect([await ask(router, '/a'), await ask(router, '/b')]).toEqual(['a', 'b'])
    const [first] = router.stack
    Object.defineProperty(router.stack, 1, { value: first })
    expect([await ask(router, '/a'), await ask(router, '/b')]).toEqual(['nothing answered', 'b'])
  })

  it('has the parameters of each layer read from its own place, whatever was asked for before', async () => {
    const router = new Router().get('/users/:id', (_req, _res, next) => void next())
    expect(await ask(router, '/users/me')).toBe('nothing answered')
    router.get('/users/me', (_req, _res, next) => void next())
    router.get('/:first/:second', ({ params }, res: { end(text: string): void }) =>
      res.end(`${params.first} ${params.second}`),
    )
    expect(await ask(router, '/users/me')).toBe('users me')
  })

  it('lets agents put their function in place of a handler', async () => {
    const router = new Router().use((_req, _res, next) => void next()).get('/', say('plain'))
    for (const layer of router.stack) {
      const { handle } = layer
      layer.handle = (req: object, res: { wrapped?: number }, next: () => void) => {
        res.wrapped = (res.wrapped ?? 0) + 1
        return (handle as (...args: unknown[]) => unknown)(req, res, next)
      }
    }
    const route = router.stack[1]!.route!.stack[0]!
    route.handle = (_req: unknown, res: { wrapped: number; end(text: string): void }) =>
      res.end(`wrapped ${res.wrapped}`)
    expect(await ask(router)).toBe('wrapped 2')
  })
})

describe('handlers added while a request runs', () => {
  it('behind it are called for it', async () => {
    const router = new Router()
    router.get('/', (_req, _res, next) => {
      router.get('/', say('late'))
      next()
    })
    expect(await ask(router)).toBe('late')
  })

  it('in the same route are called for it', async () => {
    const router = new Router()
    const route = router.route('/')
    route.get((_req, _res, next) => {
      route.get(say('late'))
      next()
    })
    expect(await ask(router)).toBe('late')
  })

  it('behind it and taken away again are not', async () => {
    const router = new Router()
    router.get('/', (_req, _res, next) => {
      router.stack.length = 1
      router.get('/', say('new'))
      next()
    })
    router.get('/', say('old'))
    expect(await ask(router)).toBe('new')
  })
})

describe('a router', () => {
  it('is a function, made with new or without, and can be extended', async () => {
    class Api extends Router {
      hello() {
        return this.get('/hello', say('hello'))
      }
    }
    for (const router of [Router(), new Router(), new Api()]) {
      expect(router).toBeTypeOf('function')
      expect(router).toBeInstanceOf(Router)
      expect(router).toHaveProperty('call')
    }
    expect(await ask(new Api().hello(), '/hello')).toBe('hello')
  })
})
