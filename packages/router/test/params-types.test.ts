import { describe, expectTypeOf, it } from 'vitest'
import { type DefaultParams, type NextFunction, type RouteParams, Router } from '@tokkyu/router'

describe('the parameters of a path literal', () => {
  it('are its names, as text', () => {
    expectTypeOf<RouteParams<'/teams/:team/users/:id'>>().toEqualTypeOf<{
      team: string
      id: string
    }>()
    expectTypeOf<RouteParams<'/:from-:to.:ext'>>().toEqualTypeOf<{
      from: string
      to: string
      ext: string
    }>()
    // oxlint-disable-next-line typescript/no-generated-empty-object-type -- there is nothing in it
    expectTypeOf<keyof RouteParams<'/about'>>().toEqualTypeOf<never>()
    expectTypeOf<RouteParams<'/:"user name"/x'>>().toEqualTypeOf<{ 'user name': string }>()
    expectTypeOf<RouteParams<'/a\\:b/:c'>>().toEqualTypeOf<{ c: string }>()
    expectTypeOf<RouteParams<'/:a\\:b'>>().toEqualTypeOf<{ a: string }>()
    expectTypeOf<RouteParams<'/:from:to/user-settings/:id'>>().toEqualTypeOf<{
      from: string
      to: string
      id: string
    }>()
  })

  it('are lists for splats', () => {
    expectTypeOf<RouteParams<'/files/*path'>>().toEqualTypeOf<{ path: string[] }>()
    expectTypeOf<RouteParams<'/:area/*path.:ext'>>().toEqualTypeOf<{
      area: string
      path: string[]
      ext: string
    }>()
  })

  it('are optional inside of groups', () => {
    expectTypeOf<RouteParams<'/a{/:b}/:c'>>().toEqualTypeOf<{ c: string; b?: string }>()
    expectTypeOf<RouteParams<'/a{/:b{/:c}}'>>().toEqualTypeOf<{ b?: string; c?: string }>()
    expectTypeOf<RouteParams<'/files{/*path}'>>().toEqualTypeOf<{ path?: string[] }>()
    expectTypeOf<RouteParams<'/a{/:b}.:c{-:d<int>}/:e'>>().toEqualTypeOf<{
      b?: string
      c: string
      d?: number
      e: string
    }>()
    expectTypeOf<RouteParams<'/a\\{:b\\}'>>().toEqualTypeOf<{ b: string }>()
  })

  it('are numbers where the constraint says so', () => {
    expectTypeOf<RouteParams<'/users/:id<int>/posts/:slug<slug>'>>().toEqualTypeOf<{
      id: number
      slug: string
    }>()
    expectTypeOf<RouteParams<'/users/:id(\\d+)/:kind(?:a|b)'>>().toEqualTypeOf<{
      id: string
      kind: string
    }>()
    expectTypeOf<RouteParams<'/:kind(?:a|b)x/\\(:id<int>\\)'>>().toEqualTypeOf<{
      kind: string
      id: number
    }>()
  })

  it('of a list of paths are optional unless all of them have it', () => {
    expectTypeOf<RouteParams<readonly ['/a/:x', '/b/:x/:y']>>().toEqualTypeOf<{
      x: string
      y?: string
    }>()
  })

  it('are not known for a path that is not', () => {
    expectTypeOf<RouteParams<string>>().toEqualTypeOf<DefaultParams>()
    expectTypeOf<RouteParams<RegExp>>().toEqualTypeOf<DefaultParams>()
    expectTypeOf<RouteParams<string, 'nothing'>>().toEqualTypeOf<'nothing'>()
  })
})

describe('a handler', () => {
  const router = new Router()

  it('knows the parameters of its path', () => {
    router.get('/users/:id<int>', (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<number>()
    })
    router.use('/teams/:team', (req, _res, next) => {
      expectTypeOf(req.params.team).toEqualTypeOf<string>()
      expectTypeOf(next()).toEqualTypeOf<PromiseLike<void>>()
    })
    router
      .route('/a{/:b}')
      .get((req) => {
        expectTypeOf(req.params.b).toEqualTypeOf<string | undefined>()
      })
      .post((req) => {
        expectTypeOf(req.params.b).toEqualTypeOf<string | undefined>()
      })
    router.get(['/x/:id', '/y/:id'], (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<string>()
    })
    router.get({ name: 'file', path: '/files/*path' }, (req) => {
      expectTypeOf(req.params.path).toEqualTypeOf<string[]>()
    })
  })

  it('does not compile with a misspelt parameter', () => {
    router.get('/users/:id', (req) => {
      // @ts-expect-error `idd` is not in the path
      expectTypeOf(req.params.idd).toBeAny()
    })
  })

  it('may name its parameters itself', () => {
    router.get<{ id: string }>('/users/:id', (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<string>()
    })
  })

  it('of errors takes four arguments', () => {
    router.use((_error: unknown, _req: unknown, _res: unknown, _next: unknown) => {})
    router.get(
      '/users/:id',
      [
        (_req: unknown, _res: unknown, next: NextFunction) => {
          expectTypeOf(next(new Error('x'))).toEqualTypeOf<PromiseLike<void>>()
        },
      ],
      (_error: Error, _req: unknown, _res: unknown, _next: unknown) => {},
    )
  })
})
