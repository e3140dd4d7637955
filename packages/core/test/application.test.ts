// oxlint-disable vitest/expect-expect -- supertest's expectations are the assertions
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import express, {
  application,
  type Application,
  type EngineFunction,
  type Express,
  type Request,
} from '../src/index.ts'

// Typed as ours: that is the claim.
const npmExpress = createRequire(import.meta.url)('express') as () => Express

describe('an application', () => {
  it('is a function for http.createServer, an event emitter and no more than itself', () => {
    const app = express()
    expect(typeof app).toBe('function')
    expect(app.length).toBe(3)
    const heard = vi.fn<(value: number) => void>()
    app.on('mine', heard)
    app.emit('mine', 1)
    expect(heard).toHaveBeenCalledWith(1)
    expect(Object.getPrototypeOf(app)).toBe(Function.prototype)
  })

  it('shows what was added to express.application before it was made', () => {
    Object.assign(application, { added: () => 'here' })
    expect((express() as unknown as { added(): string }).added()).toBe('here')
    Reflect.deleteProperty(application, 'added')
    expect(express()).not.toHaveProperty('added')
  })

  it('has a method for every verb of node:http, and all', async () => {
    const app = express()
    app.report('/', (req, res) => res.send(req.method))
    app.all('/all', (req, res) => res.send(req.method))
    await request(app).report('/').expect(200, 'REPORT')
    await request(app).delete('/all').expect(200, 'DELETE')
  })

  it('says that use needs a function', () => {
    expect(() => express().use('/')).toThrow('app.use() requires a middleware function')
    expect(() => express().use([] as never)).toThrow('app.use() requires a middleware function')
  })

  it('calls the callbacks of several parameters', async () => {
    const app = express()
    app.param(['a', 'b'], (req, _res, next, value: string, name: string) => {
      Object.assign(req, { seen: `${(req as { seen?: string }).seen ?? ''}${name}=${value} ` })
      next()
    })
    app.get('/:a/:b', (req, res) => res.send((req as { seen?: string }).seen))
    await request(app).get('/1/2').expect('a=1 b=2 ')
  })

  it('answers 405 with Allow when asked to', async () => {
    const app = express().enable('method not allowed')
    app.set('env', 'test')
    app.get('/', (_req, res) => res.send('x'))
    await request(app).post('/').expect(405).expect('Allow', 'GET, HEAD')
    await request(express().get('/', () => {}))
      .post('/')
      .expect(404)
  })
})

describe('the routes of an application', () => {
  const app = express()
  const sub = express()
  sub.get({ name: 'user', path: '/users/:id' }, (_req, res) => res.send('x'))
  app.use('/api', sub)
  app.get('/', (_req, res) => res.send('x'))

  it('are listed with those of mounted apps', () => {
    const [mounted, own] = app.routes()
    expect(mounted).toMatchObject({ kind: 'router', path: '/api' })
    expect(mounted?.routes[0]).toMatchObject({ path: '/users/:id', methods: ['GET', 'HEAD'] })
    expect(own).toMatchObject({ kind: 'route', path: '/' })
  })

  it('are explained for a request, by its canonical path', () => {
    expect(app.explain('GET', '//api/x/../users/7').answer?.path).toBe('/api/users/:id')
    expect(app.explain('GET', '/api/other').answer).toBeUndefined()
  })

  it('have URLs by their names', () => {
    expect(app.url('user', { id: 7 }, { query: { tab: 'a b' } })).toMatch(/^\/api\/users\/7\?tab=a/)
  })
})

describe('settings', () => {
  it('are set, read, enabled and disabled', () => {
    const app = express()
    expect(app.set('a', 1)).toBe(app)
    expect(app.get('a')).toBe(1)
    expect(app.set('a', undefined).get('a')).toBeUndefined()
    expect(app.enable('b').enabled('b')).toBe(true)
    expect(app.disable('b').disabled('b')).toBe(true)
    expect(app.enabled('hasOwnProperty')).toBe(false)
  })

  it('begin as in Express, with the safe ones on', () => {
    const app = express()
    const names = ['etag', 'query parser', 'subdomain offset', 'trust proxy', 'jsonp callback name']
    expect(names.map((name) => app.get(name) as unknown)).toEqual([
      'weak',
      'simple',
      2,
      false,
      'callback',
    ])
    for (const name of ['x-powered-by', 'path canonical', 'host policy']) {
      expect(app.enabled(name)).toBe(true)
    }
    for (const name of ['method not allowed', 'problem details', 'case sensitive routing']) {
      expect(app.enabled(name)).toBe(false)
    }
  })

  it.each([
    ['etag', 'medium'],
    ['query parser', 'clever'],
  ])('refuse a value of %s that means nothing', (name, value) => {
    expect(() => express().set(name, value)).toThrow(TypeError)
  })

  it.each([
    [true, '1.1.1.1'],
    [false, '127.0.0.1'],
    [1, '3.3.3.3'],
    ['loopback, 3.3.3.3', '2.2.2.2'],
    [(address: string) => address === '127.0.0.1', '3.3.3.3'],
  ])('trust proxies as told: %s', async (value, ip) => {
    const app = express().set('trust proxy', value)
    app.get('/', (req, res) => res.send(req.ip))
    await request(app).get('/').set('X-Forwarded-For', '1.1.1.1, 2.2.2.2, 3.3.3.3').expect(200, ip)
  })

  it.each([
    ['simple', { 'a[b]': '1' }],
    ['extended', { a: { b: '1' } }],
    [false, {}],
    [(text: string) => ({ text }), { text: 'a[b]=1' }],
  ])('parse queries as told: %s', async (value, query) => {
    const app = express().set('query parser', value)
    app.get('/', (req, res) => res.json(req.query))
    await request(app).get('/?a[b]=1').expect(query)
  })

  it('name the framework only when asked', async () => {
    const reply = await request(express().disable('x-powered-by')).get('/')
    expect(reply.headers).not.toHaveProperty('x-powered-by')
    await request(express()).get('/').expect('X-Powered-By', 'Express')
  })
})

describe('a mounted application', () => {
  it('knows where it is', () => {
    const [app, blog, admin] = [express(), express(), express()]
    app.use('/blog', blog)
    blog.use('/admin', admin)
    expect([app.path(), blog.path(), admin.path()]).toEqual(['', '/blog', '/blog/admin'])
    expect(admin.parent).toBe(blog)
    expect(admin.mountpath).toBe('/admin')
  })

  it('hears of it', () => {
    const [app, sub] = [express(), express()]
    const heard = vi.fn<(parent: Application) => void>()
    sub.on('mount', heard)
    app.use(['/a', '/b'], sub)
    expect(heard).toHaveBeenCalledExactlyOnceWith(app)
    expect(sub.mountpath).toEqual(['/a', '/b'])
  })

  it('inherits settings, engines and prototypes, and may differ', () => {
    const [app, sub] = [express(), express()]
    app.use(sub)
    app.set('shared', 1).engine('x', () => {})
    Object.assign(app.request, { own: 'app' })
    expect(sub.get('shared')).toBe(1)
    expect(sub.engines['.x']).toBe(app.engines['.x'])
    expect(sub.request).toHaveProperty('own', 'app')
    sub.set('shared', 2)
    expect(app.get('shared')).toBe(1)
  })

  it('trusts the proxies its parent trusts, unless it was told otherwise', () => {
    const [app, sub, other] = [express(), express(), express()]
    app.set('trust proxy', 2)
    other.set('trust proxy', 1)
    app.use(sub).use(other)
    expect(sub.get('trust proxy')).toBe(2)
    expect(other.get('trust proxy')).toBe(1)
  })

  it('may be an app of somebody else who looks alike', async () => {
    const app = express()
    const alike = Object.assign((_req: unknown, _res: unknown, next: () => void) => next(), {
      handle(req: Request, _res: unknown, next: () => void) {
        Object.setPrototypeOf(req, { changed: true })
        next()
      },
      set() {},
      emit: vi.fn<(event: string, parent: unknown) => void>(),
    })
    app.use('/x', alike as unknown as Application)
    app.use((req, res) => res.send(String('changed' in req)))
    await request(app).get('/x').expect('false')
    expect(alike.emit).toHaveBeenCalledWith('mount', app)
  })

  it('may be mounted in an app of Express, and the other way round', async () => {
    const inner = express().get('/', (req, res) => {
      res.send(`${req.baseUrl} ${String(req.app === inner)} ${typeof req.precondition}`)
    }) as Application
    const outer = npmExpress()
    outer.use('/ours', inner)
    outer.use((req, res) => res.send(String(req.app === outer)))
    await request(outer).get('/ours').expect('/ours true function')
    await request(outer).get('/ours/none').expect('true')

    const theirs = npmExpress()
    theirs.get('/', (req, res) => res.send(`${req.baseUrl} ${String(req.app === theirs)}`))
    const app = express().use('/theirs', theirs)
    app.use((req, res) => res.send(`${String(req.app === app)} ${typeof req.precondition}`))
    await request(app).get('/theirs').expect('/theirs true')
    await request(app).get('/theirs/none').expect('true function')
  })

  it('sees its own requests where an app of Express inside of it calls it again', async () => {
    const app = express()
    const theirs = npmExpress()
    theirs.use((req, res, next) => {
      req.url = '/again'
      app(req, res, next)
    })
    app.get('/again', (req, res) => {
      const isOurs = Object.getPrototypeOf(req) === app.request
      res.send(`${String(req.app === app)} ${String(isOurs)}`)
    })
    app.use('/theirs', theirs)
    await request(app).get('/theirs').expect('true true')
  })

  it('keeps its own final handler out of it', async () => {
    const app = express()
      .use(express())
      .get('/', (_req, res) => res.send('after'))
    await request(app).get('/').expect(200, 'after')
  })
})

const render = (app: Application, name: string, options: object = {}) =>
  new Promise<string>((resolve, reject) => {
    app.render(name, options, (error, text) => (error ? reject(error) : resolve(text)))
  })

describe('views', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'views-'))
    mkdirSync(join(folder, 'second/blog'), { recursive: true })
    writeFileSync(join(folder, 'page.html'), '<p><%= name %></p>')
    writeFileSync(join(folder, 'page.own'), 'own')
    writeFileSync(join(folder, 'second/blog/index.own'), 'index')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** An app with an engine that tells what it was given. */
  const appWithEngine = () => {
    const app = express().set('views', [folder, join(folder, 'second')])
    const engine = vi.fn<EngineFunction>((path, _data, done) =>
      done(null, path.slice(folder.length + 1)),
    )
    app.engine('own', engine)
    return { app, engine }
  }

  it('are rendered by our own engine for .html, which escapes', async () => {
    const app = express().set('views', folder)
    app.get('/', (_req, res) => res.render('page.html', { name: '<b>' }))
    await request(app).get('/').expect(200, '<p>&lt;b&gt;</p>')
  })

  it('are looked for in each folder, also as the index of a folder', async () => {
    const { app } = appWithEngine()
    expect(await render(app, 'page.own')).toBe('page.own')
    expect(await render(app, 'blog.own')).toBe(join('second/blog/index.own'))
    expect(await render(app.set('view engine', 'own'), 'page')).toBe('page.own')
  })

  it('get the locals of the app, of the reply and of the call, the nearest last', async () => {
    const { app, engine } = appWithEngine()
    Object.assign(app.locals, { a: 'app', b: 'app', c: 'app' })
    await render(app, 'page.own', { c: 'call', _locals: { b: 'reply', c: 'reply' } })
    expect(engine.mock.calls[0]?.[1]).toMatchObject({
      a: 'app',
      b: 'reply',
      c: 'call',
      cache: false,
    })
  })

  it('are found once when the cache is on', async () => {
    const { app } = appWithEngine()
    const look = vi.spyOn(app.get('view').prototype, 'lookup')
    await render(app.enable('view cache'), 'page.own')
    await render(app, 'page.own')
    expect(look).toHaveBeenCalledOnce()
    look.mockRestore()
  })

  it('that are missing are named with the folders', async () => {
    const { app } = appWithEngine()
    await expect(render(app, 'none.own')).rejects.toThrow(
      `Failed to lookup view "none.own" in views directories "${folder}" or "${join(folder, 'second')}"`,
    )
  })

  it('that are missing name each folder once', async () => {
    const { app } = appWithEngine()
    await expect(render(app.set('views', [folder, folder]), 'none.own')).rejects.toThrow(
      `Failed to lookup view "none.own" in views directory "${folder}"`,
    )
  })

  it('need an engine', async () => {
    const app = express().set('views', folder)
    expect(() => app.render('page', () => {})).toThrow(/No default engine/)
    expect(() => app.render('page.nosuchengine', () => {})).toThrow(
      /Cannot find module 'nosuchengine'/,
    )
    expect(() => app.engine('x', null as never)).toThrow('callback function required')
  })

  it('hand on what the engine throws', async () => {
    const app = express().set('views', folder)
    app.engine('own', () => {
      throw new Error('engine broke')
    })
    await expect(render(app, 'page.own')).rejects.toThrow('engine broke')
  })

  it('are rendered by a View of the application’s own when it has one', async () => {
    class Mine {
      readonly path = 'somewhere'
      render(_data: object, done: (error: null, text: string) => void) {
        done(null, 'mine')
      }
    }
    expect(await render(express().set('view', Mine), 'anything')).toBe('mine')
  })
})
