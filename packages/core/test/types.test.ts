// oxlint-disable vitest/expect-expect, typescript/unbound-method -- compiling is the assertion
// oxlint-disable unicorn/consistent-function-scoping -- each stands where it is asked about
// oxlint-disable import/no-named-as-default-member -- `express.json` is how apps write it
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'

import { describe, expect, expectTypeOf, test } from 'vitest'

import express, {
  Router,
  type Adds,
  type Application,
  type ErrorRequestHandler,
  type Express,
  type IRouter,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from '@tokkyu/core'

import type { RegisteringName } from '../src/types/handling-app.ts'
import type { Registering } from '../src/types/routing.ts'

const handler: RequestHandler = (_req, res) => res.send('x')
const failed: ErrorRequestHandler = (_error, _req, res, _next) => res.sendStatus(500)

describe('an application', () => {
  const app = express()

  test('is what the names say', () => {
    expectTypeOf(app).toEqualTypeOf<Express>()
    expectTypeOf(app).toExtend<Application>()
    expectTypeOf(app).toExtend<express.Application>()
    expectTypeOf<express.Request>().toEqualTypeOf<Request>()
    expectTypeOf<express.Response>().toEqualTypeOf<Response>()
    expectTypeOf(createServer).toBeCallableWith(app)
    expectTypeOf(createSecureServer).toBeCallableWith({}, app)
  })

  test('registers handlers by the functions that `req.app` takes loosely', () => {
    type Lacking = 'query' | 'stack' | 'ws'
    expectTypeOf<Exclude<RegisteringName, 'param'>>().toEqualTypeOf<
      Exclude<keyof Registering, Lacking>
    >()
  })

  test('names the parameters of a path', () => {
    app.get('/teams/:team/users/:id', (req) => {
      expectTypeOf(req.params).toEqualTypeOf<{ team: string; id: string }>()
    })
    app.get('/files/*path', (req) => {
      expectTypeOf(req.params).toEqualTypeOf<{ path: string[] }>()
    })
    app.get('/optional{/:id}', (req) => {
      expectTypeOf(req.params).toEqualTypeOf<{ id?: string }>()
    })
    app.route('/users/:id').get((req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<string>()
    })
    app.use('/users/:id', (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<string>()
    })
  })

  test('does not know parameters that the path does not name', () => {
    // @ts-expect-error `idd` is not in the path
    app.get('/users/:id', (req) => req.params.idd)
    // @ts-expect-error a text has no `map`
    app.get('/users/:id', (req) => req.params.id.map(String))
  })

  test('knows the groups of a regular expression as text', () => {
    app.get(/x(.*)/, (req) => {
      expectTypeOf(req.params['0']).toEqualTypeOf<string | undefined>()
    })
  })

  test('takes lists of handlers, error handlers, routers and apps', () => {
    app.use(handler, [handler, failed], failed)
    app.use('/x', handler, Router(), express())
    app.get('/users/:id', handler, [handler])
    app.all('/x', handler).post('/y', handler).set('a', 1)
    app.use(new Router())
  })

  test('reads settings with get', () => {
    expectTypeOf(app.get('env')).toBeAny()
    expectTypeOf(app.get('/', () => {})).toEqualTypeOf<Express>()
  })

  test('listens in every form', () => {
    expectTypeOf(app.listen).toBeCallableWith(0, '127.0.0.1', 5, (_error?: Error) => {})
    expectTypeOf(app.listen).toBeCallableWith('/a/socket')
    expectTypeOf(app.listen).toBeCallableWith({ port: 0 })
  })
})

describe('a handler', () => {
  test('may declare parameters, bodies, query and locals', () => {
    type Wanted = Request<
      { id: string },
      { ok: boolean },
      { name: string },
      { q?: string },
      { user: string }
    >
    const declared = (req: Wanted, res: Response<{ ok: boolean }, { user: string }>) => {
      expectTypeOf(req.body.name).toEqualTypeOf<string>()
      expectTypeOf(req.query.q).toEqualTypeOf<string | undefined>()
      expectTypeOf(res.locals.user).toEqualTypeOf<string>()
      res.json({ ok: true })
      // @ts-expect-error the body has no `no`
      res.json({ no: true })
      // @ts-expect-error a stream is for send
      res.json(process.stdin)
      res.send(process.stdin)
    }
    express().post('/users/:id', declared)
  })

  test('may leave the body to the application', () => {
    express().post('/', (req, res) => {
      expectTypeOf(req.body).toBeAny()
      expectTypeOf(res.locals['anything']).toBeAny()
      res.status(201).json({ id: req.body.id })
    })
  })

  test('may await what follows', () => {
    express().use(async (_req, _res, next) => {
      next().then(() => {})
      await next()
      await next(new Error('no'))
      await next('router')
    })
  })

  test('may be given to a router', () => {
    const router: IRouter = express.Router({ mergeParams: true })
    router.get('/:id', (req, res) => res.send(req.params.id))
    router.param('id', (_req, _res, next, value: string) => next(value))
  })

  test('does not know methods that are none', () => {
    express().get('/', (_req, res) => {
      // @ts-expect-error it is `sendFile`
      res.sendfile('x')
    })
  })
})

describe('the parameters of a path, behind other handlers', () => {
  const app = express()
  const guard: RequestHandler = (_req, _res, next): void => next()

  test('stay what the path says', () => {
    app.get('/users/:id<int>', guard, (req) => expectTypeOf(req.params.id).toEqualTypeOf<number>())
    app.get('/users/:id<int>', [guard], (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<number>()
    })
    app.route('/users/:id<int>').get(guard, (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<number>()
    })
    app.get({ name: 'user', path: '/users/:id' }, guard, (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<string>()
    })
  })

  test('are no hindrance to a function that takes any request, numbers or not', () => {
    const host = (req: Request): string | undefined => req.get('host')
    app.get('/users/:id<int>', (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<number>()
      return host(req)
    })
    app.get('/users/:id<int>', guard, (req) => host(req))
    app.get(['/users/:id<int>', '/:name'], (req) => host(req))
    app.route('/users/:id<int>{/:page<int>}').get((req) => {
      expectTypeOf(req.params.page).toEqualTypeOf<number | undefined>()
      return host(req)
    })
    app.get('/users/:id<int>', (req: Request<{ id: number }>) => host(req as Request<any>))
    app.get('/users/:id<int>', (req) => {
      // @ts-expect-error what is not in the path is no number
      const other: number = req.params.idd
      return other
    })
  })

  test('may be given by hand', () => {
    app.get<{ id: number }>('/users', (req) => expectTypeOf(req.params.id).toEqualTypeOf<number>())
  })

  test('are still checked', () => {
    // @ts-expect-error `idd` is not in the path
    app.get('/users/:id', guard, (req) => req.params.idd)
    // @ts-expect-error a number is no handler
    expect(() => app.get('/users/:id', guard, 5)).toThrow('handler')
  })
})

describe('a middleware that adds to the request', () => {
  const app = express()
  const signedIn: Adds<{ user: { name: string } }> = (req, _res, next) => {
    req.user = { name: 'Ada' }
    return next()
  }
  const counted: Adds<{ visits: number }> = (_req, _res, next) => next()

  test('is known to the handlers behind it', () => {
    app.get('/', signedIn, counted, (req) => {
      expectTypeOf(req.user.name).toEqualTypeOf<string>()
      expectTypeOf(req.visits).toEqualTypeOf<number>()
    })
    app.use(signedIn, (req) => expectTypeOf(req.user).toEqualTypeOf<{ name: string }>())
  })

  test('is not known elsewhere', () => {
    // @ts-expect-error nobody added a user
    app.get('/', counted, (req) => req.user)
  })
})

describe('next', () => {
  test('may be a mock, or a function that returns nothing', () => {
    const mock: NextFunction = () => {}
    expectTypeOf(mock).returns.toEqualTypeOf<void>()
  })

  test('may be returned by whoever says what it returns', () => {
    const nothing: RequestHandler = (_req, _res, next): void => next()
    const promised: RequestHandler = async (_req, _res, next): Promise<void> => next()
    const either: RequestHandler = (_req, res, next): Response | void => (res ? res : next())
    express().use(nothing, promised, either)
  })
})
