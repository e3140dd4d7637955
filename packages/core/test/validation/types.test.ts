// oxlint-disable vitest/expect-expect -- compiling is the assertion
// oxlint-disable unicorn/consistent-function-scoping -- each stands where it is asked about
import type { IncomingHttpHeaders } from 'node:http'

import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'

import express, {
  Router,
  type Adds,
  type Request,
  type RequestHandler,
  type StandardSchema,
  validate,
} from '@tokkyu/core'

const app = express()
const guard: RequestHandler = (_req, _res, next): void => next()
const Id = z.object({ id: z.string().transform(Number) })
const Page = z.object({ page: z.coerce.number().default(1) })
const User = z.object({ name: z.string(), age: z.coerce.number() })

describe('a handler behind validate()', () => {
  test('sees the outputs of every place', () => {
    app.put('/users/:id', validate({ params: Id, query: Page, body: User }), (req, res) => {
      expectTypeOf(req.params).toEqualTypeOf<{ id: number }>()
      expectTypeOf(req.query).toEqualTypeOf<{ page: number }>()
      expectTypeOf(req.body).toEqualTypeOf<{ name: string; age: number }>()
      res.json(req.body.age)
    })
  })

  test('keeps what is not checked', () => {
    app.get('/users/:id<int>', validate({ query: Page }), (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<number>()
      expectTypeOf(req.body).toBeAny()
      expectTypeOf(req.get('host')).toEqualTypeOf<string | undefined>()
    })
    app.post('/users/:id<int>', validate({ body: User }), (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<number>()
      expectTypeOf(req.query).toEqualTypeOf<Request['query']>()
    })
  })

  test('does not know what the schemas do not', () => {
    // @ts-expect-error the body has no `nam`
    app.post('/', validate({ body: User }), (req) => req.body.nam)
    // @ts-expect-error the query has no `size`
    app.get('/', validate({ query: Page }), (req) => req.query.size)
    // @ts-expect-error `page` is a number
    app.get('/', validate({ query: Page }), (req) => req.query.page.trim())
  })

  test('may stand behind others, and behind several', () => {
    const signedIn: Adds<{ user: { name: string } }> = (_req, _res, next) => next()
    app.post('/', express.json(), guard, signedIn, validate({ body: User }), guard, (req) => {
      expectTypeOf(req.body).toEqualTypeOf<{ name: string; age: number }>()
      expectTypeOf(req.user).toEqualTypeOf<{ name: string }>()
    })
    app.post('/', validate({ query: Page }), validate({ body: User }), (req) => {
      expectTypeOf(req.query.page).toEqualTypeOf<number>()
      expectTypeOf(req.body.age).toEqualTypeOf<number>()
    })
  })

  test('may be registered by a route, a router, or with use', () => {
    app.route('/users/:id').post(validate({ params: Id, body: User }), (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<number>()
      expectTypeOf(req.body.name).toEqualTypeOf<string>()
    })
    Router().patch('/:id', validate({ body: User }), (req) => {
      expectTypeOf(req.body.name).toEqualTypeOf<string>()
      expectTypeOf(req.params.id).toEqualTypeOf<string>()
    })
    app.use(validate({ query: Page }), (req) => {
      expectTypeOf(req.query.page).toEqualTypeOf<number>()
    })
    app.use('/x', validate({ query: Page }), (req) => {
      expectTypeOf(req.query.page).toEqualTypeOf<number>()
    })
  })

  test('finds the checked headers beside all others', () => {
    const headers = z.object({ 'x-count': z.coerce.number(), authorization: z.string() })
    app.get('/', validate({ headers }), (req) => {
      expectTypeOf(req.headers['x-count']).toEqualTypeOf<number>()
      expectTypeOf(req.headers.authorization).toEqualTypeOf<string>()
      expectTypeOf(req.headers['accept']).toEqualTypeOf<IncomingHttpHeaders['accept']>()
    })
  })

  test('finds the file as the schema says, and everything else of the request', () => {
    const file = z.looseObject({ mimetype: z.literal('image/png'), size: z.number() })
    app.post('/', validate({ file, body: User }), (req) => {
      expectTypeOf(req.file.mimetype).toEqualTypeOf<'image/png'>()
      expectTypeOf(req.body.name).toEqualTypeOf<string>()
      expectTypeOf(req.accepts('json')).toEqualTypeOf<string | false>()
      expectTypeOf(req.ip).toEqualTypeOf<string | undefined>()
    })
  })

  test('may hand the request on to what takes any', () => {
    const log = (req: Request): string => req.originalUrl
    app.post('/', validate({ body: User, query: z.object({ q: z.string() }) }), (req) => log(req))
  })
})

describe('validate()', () => {
  test('takes the schemas of any library', () => {
    const valibot = v.object({ n: v.pipe(v.string(), v.transform(Number)) })
    const arktype = type({ n: 'string.integer.parse' })
    app.post('/', validate({ query: valibot, body: arktype }), (req) => {
      expectTypeOf(req.query).toEqualTypeOf<{ n: number }>()
      expectTypeOf(req.body).toEqualTypeOf<{ n: number }>()
    })
    expectTypeOf(valibot).toExtend<StandardSchema>()
    expectTypeOf(arktype).toExtend<StandardSchema>()
    expectTypeOf(User).toExtend<StandardSchema>()
  })

  test('takes schemas alone, in places of a request', () => {
    // @ts-expect-error a function is no schema
    const noSchema = () => validate({ body: (body: unknown) => body })
    // @ts-expect-error a request has no `bodies`
    const noPlace = () => validate({ bodies: User })
    // @ts-expect-error refusals are 400 or 422
    const noStatus = () => validate({ body: User }, { status: 500 })
    expectTypeOf([noSchema, noPlace, noStatus]).toBeArray()
  })
})
