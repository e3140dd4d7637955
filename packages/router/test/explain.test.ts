import { describe, expect, it } from 'vitest'
import { Router } from '@tokkyu/router'

const end = () => {}
function log(_req: unknown, _res: unknown, next: () => void) {
  next()
}
function onError(_error: unknown, _req: unknown, _res: unknown, next: () => void) {
  next()
}

const users = new Router()
users.get({ name: 'user', path: '/:id<int>' }, end)
users.get('/:id/posts{/:post}', log, end)
const router = new Router()
router.use(log)
router.get('/', end)
router.post('/users/:id', end)
router.use('/users', users)
router.get(/^\/old/, end)
router.use(onError)

function verdicts(method: string, url: string) {
  return router.explain(method, url).layers.map(({ verdict }) => verdict)
}
function inside(method: string, url: string) {
  const { layers } = router.explain(method, url).layers[3]!
  return layers.map(({ verdict, at, reason }) => ({ verdict, at, reason }))
}
function missOf(path: string, url: string) {
  const [layer] = new Router().get(path, end).explain('GET', url).layers
  return [layer!.verdict, layer!.at]
}

describe('router.routes()', () => {
  it('is the whole tree, with mounts, methods, names and handlers', () => {
    const shown = router.routes().map(({ kind, path, methods, name, handlers, routes }) => ({
      kind,
      path,
      methods,
      name,
      handlers,
      routes: routes.map((route) => `${route.methods.join()} ${route.path} ${route.name ?? '-'}`),
    }))
    expect(shown).toEqual([
      { kind: 'middleware', path: '/', methods: [], handlers: ['log'], routes: [] },
      { kind: 'route', path: '/', methods: ['GET', 'HEAD'], handlers: ['end'], routes: [] },
      { kind: 'route', path: '/users/:id', methods: ['POST'], handlers: ['end'], routes: [] },
      {
        kind: 'router',
        path: '/users',
        methods: [],
        handlers: ['router'],
        routes: ['GET,HEAD /:id<int> user', 'GET,HEAD /:id/posts{/:post} -'],
      },
      { kind: 'route', path: '/^\\/old/', methods: ['GET', 'HEAD'], handlers: ['end'], routes: [] },
      { kind: 'middleware', path: '/', methods: [], handlers: ['onError'], routes: [] },
    ])
  })

  it('has every way to write a path, in pieces', () => {
    const constraints = { code: '[a-z]{2}', even: (text: string) => Number(text) % 2 === 0 }
    const own = new Router({ constraints })
    own.get(['/a{/:b}', '/c/*d'], end)
    own.get('/:id<int>/:code<code>/:n<even>/:x(y|z)', end)
    own.get(/^\/r/, end)
    own.use(log)
    const plain = { isSplat: false, constraint: undefined, pattern: undefined }
    expect(own.routes().map(({ forms }) => forms)).toEqual([
      [
        ['/a', '/', { ...plain, name: 'b' }],
        ['/a'],
        ['/c/', { ...plain, name: 'd', isSplat: true }],
      ],
      [
        [
          '/',
          { ...plain, name: 'id', constraint: 'int', pattern: String.raw`-?\d+` },
          '/',
          { ...plain, name: 'code', constraint: 'code', pattern: '[a-z]{2}' },
          '/',
          { ...plain, name: 'n', constraint: 'even' },
          '/',
          { ...plain, name: 'x', pattern: 'y|z' },
        ],
      ],
      [],
      [['/']],
    ])
  })

  it('has the handlers themselves, with their methods', () => {
    const own = new Router().use(log)
    own.route('/').all(log).get(end).post(log, end)
    expect(own.routes().map(({ steps }) => steps)).toEqual([
      [{ method: undefined, handle: log }],
      [
        { method: undefined, handle: log },
        { method: 'GET', handle: end },
        { method: 'POST', handle: log },
        { method: 'POST', handle: end },
      ],
    ])
  })

  it('says where each was registered', () => {
    const places = router.routes().map(({ registeredAt }) => registeredAt)
    for (const place of places) expect(place).toMatch(/explain\.test\.ts:\d+:\d+$/)
    expect(new Set(places).size).toBe(places.length)
  })

  it('can be sent as JSON, also when a router is mounted in itself', () => {
    const loop = new Router().get('/a', end)
    loop.use('/again', loop)
    expect(JSON.parse(JSON.stringify(loop.routes()))).toMatchObject([
      { path: '/a' },
      { kind: 'router', routes: [] },
    ])
  })
})

describe('router.explain()', () => {
  it('tells what each layer does, in order, and who answers', () => {
    expect(verdicts('GET', '/users/7?tab=1')).toEqual([
      'runs',
      'URL goes on',
      'wrong method',
      'enters',
      'path differs',
      'not reached',
    ])
    expect(router.explain('GET', '/users/7').answer).toEqual({
      path: '/users/:id<int>',
      name: 'user',
    })
    expect(router.explain('GET', '/users/7').layers[3]!.layers[0]!.params).toEqual({ id: 7 })
    expect(router.explain('GET', '/nothing').answer).toBeUndefined()
  })

  it('tells where a constraint failed', () => {
    expect(inside('GET', '/users/12x')).toEqual([
      { verdict: 'constraint failed', at: 3, reason: '"id" is not <int>' },
      { verdict: 'URL ends early', at: 4, reason: undefined },
    ])
    expect(inside('GET', '/users/x')[0]).toMatchObject({ verdict: 'constraint failed', at: 1 })
    expect(inside('GET', '/users/99999999999999999999')[0]).toMatchObject({
      verdict: 'constraint failed',
    })
  })

  it('tells where a path differs, ends or goes on', () => {
    expect(missOf('/users/:id', '/teams/7')).toEqual(['path differs', 1])
    expect(missOf('/users/:id', '/users')).toEqual(['URL ends early', 6])
    expect(missOf('/users/:id', '/users/')).toEqual(['URL ends early', 7])
    expect(missOf('/users/:id', '/users/7/posts')).toEqual(['URL goes on', 9])
    expect(missOf('/users', '/users/7')).toEqual(['URL goes on', 7])
  })

  it('follows an error to its handler', () => {
    expect(verdicts('GET', '/users/%E0')).toEqual([
      'runs',
      'URL goes on',
      'cannot be decoded',
      'skipped',
      'path differs',
      'handles the error',
    ])
  })

  it('says of what matches behind the answer that it is not reached', () => {
    expect(verdicts('GET', '/')[0]).toBe('runs')
    expect(verdicts('GET', '/').slice(1)).toEqual([
      'answers',
      'URL ends early',
      'URL ends early',
      'path differs',
      'not reached',
    ])
  })

  it('is a table for the terminal as text', () => {
    const text = String(router.explain('GET', '/users/7'))
    const lines = text
      .replaceAll(/ · .*/g, '')
      .split('\n')
      .map((line) => line.trimEnd())
    expect(lines).toEqual([
      'GET /users/7',
      '  use / log                      runs',
      '  GET,HEAD /                     URL goes on     at character 1',
      '  POST /users/:id                wrong method    it has POST {"id":"7"}',
      '  use /users (router)            enters',
      '    GET,HEAD /:id<int>           answers         {"id":7}',
      '    GET,HEAD /:id/posts{/:post}  URL ends early  at character 2',
      '  GET,HEAD /^\\/old/              path differs    the RegExp does not match',
      '  use / onError                  not reached',
      '→ /users/:id<int> (user) answers',
    ])
  })

  it('agrees with what happens', () => {
    const called: string[] = []
    const note = (name: string) => (_req: unknown, _res: unknown, next: () => void) => {
      called.push(name)
      if (!name.startsWith('GET')) next()
    }
    const table = new Router().use('/a', note('use'))
    table.get('/a/:b', note('GET /a/:b')).get('/a/{*c}', note('GET /a/{*c}'))
    for (const url of ['/a/x', '/a/x/y', '/a/', '/b']) {
      called.length = 0
      table.handle({ method: 'GET', url } as never, {} as never, () => {})
      const { answer } = table.explain('GET', url)
      expect(answer && `GET ${answer.path}`).toBe(called.find((name) => name !== 'use'))
    }
  })
})
