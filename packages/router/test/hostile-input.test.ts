import { inspect } from 'node:util'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { ParamDecodeError, Router } from '@tokkyu/router'
import { serve } from './serve.ts'

describe('a parameter that cannot be decoded', () => {
  const router = new Router()
  router.get('/users/:id', (req, res) => void res.end(req.params.id))
  router.get('/files/*path', (req, res) => void res.end(req.params.path.join('|')))

  it.each(['%', '%zz', '%E0%A4%A', '%C0%AF', '%ED%A0%80', '%F5%80%80%80'])(
    'is a 400 that names it: %s',
    async (value) => {
      const { status, text } = await request(serve(router)).get(`/users/${value}`)
      expect(status).toBe(400)
      expect(text).toBe(`URIError: Failed to decode param '${value}' as "id"`)
    },
  )

  it('is a 400 in a splat', async () => {
    expect((await request(serve(router)).get('/files/a/%E0')).status).toBe(400)
  })

  it('is an error with fields, and a URIError as in Express', () => {
    let error: unknown
    try {
      router.find('GET', '/users/%E0')
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(ParamDecodeError)
    expect(error).toBeInstanceOf(URIError)
    expect(error).toMatchObject({
      name: 'URIError',
      code: 'ROUTER_UNDECODABLE_PARAM',
      status: 400,
      expose: true,
      param: 'id',
      value: '%E0',
    })
  })

  it('is nothing to a path that does not match: no error before the path is known to', async () => {
    const pairs = new Router().get('/:x/*rest', (_req, res) => void res.end('matched'))
    expect((await request(serve(pairs)).get('/%zz/')).status).toBe(404)
    expect((await request(serve(pairs)).get('/%zz/a')).status).toBe(400)
  })

  it('decodes once: %2525 is %25', async () => {
    expect((await request(serve(router)).get('/users/%2525')).text).toBe('%25')
  })
})

describe('names of the prototype', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

  it.each(names)('%s is a parameter like any other', async (name) => {
    const router = new Router().get(`/:${name}/:id`, (req, res) => {
      const params = req.params as Record<string, unknown>
      res.end(JSON.stringify([Object.keys(params), params[name], params['id']]))
    })
    const { text } = await request(serve(router)).get('/evil/7')
    expect(JSON.parse(text)).toEqual([[name, 'id'], 'evil', '7'])
    expect(Object.prototype).not.toHaveProperty('evil')
  })

  it.each(names)('%s is not in params when the path does not have it', async (name) => {
    const router = new Router()
    router.use((req, _res, next) => void next(name in req.params ? new Error(name) : undefined))
    router.get('/:id', (req, res) => void res.end(String(name in req.params)))
    expect((await request(serve(router)).get('/x')).text).toBe('false')
  })

  it.each(names)('%s can be asked for with param(), and is not called otherwise', async (name) => {
    const seen: unknown[] = []
    const router = new Router()
    router.param(name, (_req, _res, next, value) => {
      seen.push(value)
      next()
    })
    router.get(`/a/:${name}`, (_req, res) => void res.end())
    router.get('/b/:id', (_req, res) => void res.end())
    await request(serve(router)).get('/a/1')
    await request(serve(router)).get('/b/2')
    expect(seen).toEqual(['1'])
  })

  it('cannot be merged into params from outside', async () => {
    const inner = new Router({ mergeParams: true }).get('/:__proto__', (req, res) => {
      res.end(Reflect.get(req.params, '__proto__'))
    })
    const router = new Router().use('/:a', inner)
    expect((await request(serve(router)).get('/x/y')).text).toBe('y')
  })

  it.each(names)('%s is no method and no constraint', (name) => {
    const router = new Router().get('/', () => {})
    expect(router.find(name, '/')).toBeUndefined()
    expect(() => new Router().get(`/:id<${name}>`, () => {})).toThrow(/Unknown constraint/)
  })
})

describe('parameters shown to a person', () => {
  it('look as a plain object without a prototype does', () => {
    const { params } = new Router().get('/:id', () => {}).find('GET', '/7')!
    const plain = Object.assign(Object.create(null) as object, { id: '7' })
    expect(inspect(params)).toBe(inspect(plain))
    expect(inspect({ a: { b: params } })).toBe(inspect({ a: { b: plain } }))
  })
})

describe('callbacks of one parameter', () => {
  it('may call next at once, however many they are, in their order', async () => {
    const router = new Router()
    const order: number[] = []
    for (let count = 0; count < 2_700; count++) {
      router.param('id', (_req, _res, next) => {
        order.push(count)
        next()
      })
    }
    router.get('/:id', (_req, res) => void res.end(String(order.length)))
    expect((await request(serve(router)).get('/7')).text).toBe('2700')
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  it('run inside of each other, as in Express: what follows next() comes last', async () => {
    const router = new Router()
    const order: string[] = []
    for (const name of ['a', 'b']) {
      router.param('id', (_req, _res, next) => {
        order.push(name)
        next()
        order.push(`after ${name}`)
      })
    }
    router.get('/:id', (_req, res) => void res.end())
    await request(serve(router)).get('/7')
    expect(order).toEqual(['a', 'b', 'after b', 'after a'])
  })
})

describe('strange targets', () => {
  const router = new Router()
  router.get('/a', (_req, res) => void res.end('a'))
  router.get('/{*rest}', (req, res) => {
    res.end(JSON.stringify(req.params.rest ?? null))
  })

  const ask = (url: string) =>
    new Promise<string>((resolve) => {
      const res = { end: resolve }
      router.handle({ method: 'GET', url } as never, res as never, (error) =>
        resolve(`done ${String(error)}`),
      )
    })

  it.each([
    ['/a#?b', 'a'],
    ['/a?b#c', 'a'],
    ['http://host/a', 'a'],
    ['http://host', 'null'],
    ['http://host?q', 'null'],
    ['//a', '["","a"]'],
    ['/../a', '["..","a"]'],
    ['', 'done undefined'],
    ['*', 'done undefined'],
    ['/é', '["é"]'],
  ])('%s', async (url, expected) => {
    expect(await ask(url)).toBe(expected)
  })
})

describe('a polluted Object.prototype', () => {
  it.each(['caseSensitive', 'strict', 'methodNotAllowed'])('sets no option: %s', async (option) => {
    const polluted = Object.prototype as unknown as Record<string, unknown>
    polluted[option] = true
    const router = new Router()
    delete polluted[option]
    router.get('/Page', (_req, res) => void res.end('here'))
    expect((await request(serve(router)).get('/page/')).text).toBe('here')
    expect((await request(serve(router)).post('/page')).status).toBe(404)
  })
})
