import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import express, {
  InputError,
  type Express,
  type InputSchemas,
  type Request,
  type StandardSchema,
  validate,
} from '@tokkyu/core'

/** An app that answers what handlers behind `validate()` find. */
function echo(path: string, schemas: InputSchemas): Express {
  const app = express().set('env', 'test').use(express.json())
  return app.all(path, validate(schemas), (req: Request<object>, res) => {
    const { params, query, body } = req
    res.json({ params, query, body })
  })
}

/** A schema that asks somebody else. */
const isFree = (name: string): Promise<boolean> => Promise.resolve(name !== 'ada')

function throwing(check: () => never | Promise<never>): StandardSchema {
  return { '~standard': { version: 1, vendor: 'own', validate: check } }
}

const asJson = { 'content-type': 'application/json' }

describe('validate()', () => {
  it('puts the outputs in their places', async () => {
    const app = echo('/users/:id', {
      params: z.object({ id: z.string().transform((id) => `user ${id}`) }),
      query: z.object({ page: z.coerce.number(), size: z.coerce.number().default(10) }),
      body: z.object({ name: z.string().trim() }),
    })
    const body = '{"name":" Ada ","admin":true}'
    const answer = await app.inject({
      method: 'POST',
      url: '/users/7?page=2&x=1',
      headers: asJson,
      body,
    })
    expect(await answer.json()).toEqual({
      params: { id: 'user 7' },
      query: { page: 2, size: 10 },
      body: { name: 'Ada' },
    })
  })

  it('gets a parameter converted where the path has a constraint', async () => {
    const app = echo('/users/:id<int>', { params: z.object({ id: z.number().max(100) }) })
    expect(await (await app.inject('/users/7')).json()).toMatchObject({ params: { id: 7 } })
    expect((await app.inject('/users/101')).status).toBe(400)
  })

  it.each([
    ['drop', z.object({ a: z.string() }), { a: '1' }],
    ['keep', z.looseObject({ a: z.string() }), { a: '1', b: '2' }],
  ])('lets schemas %s unknown keys', async (_, query, expected) => {
    const answer = await echo('/', { query }).inject('/?a=1&b=2')
    expect(await answer.json()).toMatchObject({ query: expected })
  })

  it('lets schemas refuse unknown keys', async () => {
    const app = echo('/', { query: z.strictObject({ a: z.string() }) })
    expect((await app.inject('/?a=1&b=2')).status).toBe(400)
  })

  it.each<[string, StandardSchema]>([
    ['Zod', z.object({ n: z.string().transform(Number) })],
    ['Valibot', v.object({ n: v.pipe(v.string(), v.transform(Number)) })],
    ['ArkType', type({ n: 'string.integer.parse' })],
  ])('takes schemas of %s', async (_, query) => {
    const app = echo('/', { query })
    expect(await (await app.inject('/?n=5')).json()).toMatchObject({ query: { n: 5 } })
    expect((await app.inject('/?n=1&n=2')).status).toBe(400)
  })

  it('awaits schemas that ask elsewhere', async () => {
    const app = echo('/', {
      query: z.object({ name: z.string().refine(isFree, 'is taken') }),
      headers: z.object({ 'x-team': z.string() }),
    })
    const headers = { 'x-team': 'red' }
    expect((await app.inject({ url: '/?name=bob', headers })).status).toBe(200)
    const refused = await app.inject({ url: '/?name=ada', headers })
    expect(await refused.json()).toMatchObject({ errors: [{ path: ['name'], detail: 'is taken' }] })
  })

  it('hands on what a schema throws, now or later', async () => {
    const thrown = new TypeError('no database')
    const now = throwing(() => {
      throw thrown
    })
    const later = throwing(() => Promise.reject(thrown))
    for (const query of [now, later]) {
      const seen: unknown[] = []
      const app = echo('/', { query }).use(
        (error: unknown, _: unknown, res: never, next: never) => {
          seen.push(error)
          ;(next as (error: unknown) => void)(error)
          return res
        },
      )
      expect((await app.inject('/')).status).toBe(500)
      expect(seen).toEqual([thrown])
    }
  })
})

describe('the headers', () => {
  const app = express().set('env', 'test')
  const headers = z.object({ 'x-count': z.coerce.number(), 'x-mode': z.string().default('plain') })
  app.get('/', validate({ headers }), (req, res) => {
    const { 'x-count': count, 'x-mode': mode, accept } = req.headers
    res.json({ count, mode, accept })
  })

  it('are known in lower case, and laid over those that are not checked', async () => {
    const answer = await app.inject({ url: '/', headers: { 'X-Count': '3', Accept: 'a/b' } })
    expect(await answer.json()).toEqual({ count: 3, mode: 'plain', accept: 'a/b' })
  })
})

describe('the file', () => {
  const file = z.looseObject({ mimetype: z.literal('image/png'), size: z.number().max(3) })
  const app = express().set('env', 'test')
  app.use((req, _res, next) => {
    const { mimetype } = req.query
    if (mimetype !== undefined) Object.assign(req, { file: { mimetype, size: 3, path: '/tmp/x' } })
    next()
  })
  app.post('/', validate({ file }), (req, res) => void res.json(req.file))

  it('is what the upload in front left', async () => {
    const answer = await app.inject({ method: 'POST', url: '/?mimetype=image/png' })
    expect(await answer.json()).toEqual({ mimetype: 'image/png', size: 3, path: '/tmp/x' })
  })

  it('is refused for its type, and when it is missing', async () => {
    const wrong = await app.inject({ method: 'POST', url: '/?mimetype=text/html' })
    expect(await wrong.json()).toMatchObject({ errors: [{ in: 'file', path: ['mimetype'] }] })
    const missing = await app.inject({ method: 'POST', url: '/' })
    expect(await missing.json()).toMatchObject({ errors: [{ in: 'file', path: [] }] })
  })
})

describe('a refusal', () => {
  const schemas = {
    params: z.object({ id: z.string().regex(/^\d+$/, 'must be digits') }),
    query: z.object({ page: z.coerce.number() }),
    body: z.object({ lines: z.array(z.object({ count: z.number() })) }),
  }
  const request = {
    method: 'POST',
    url: '/x?page=a',
    headers: asJson,
    body: '{"lines":[{"count":1},{"count":"two"}]}',
  }
  const expected = [
    { in: 'params', path: ['id'], detail: 'must be digits' },
    { in: 'query', path: ['page'], detail: 'Invalid input: expected number, received NaN' },
    {
      in: 'body',
      path: ['lines', 1, 'count'],
      detail: 'Invalid input: expected number, received string',
    },
  ]

  it('is one problem with every issue of every place', async () => {
    const answer = await echo('/:id', schemas).inject(request)
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.headers['vary']).toBe('Accept')
    expect(await answer.json()).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'INPUT_INVALID',
      errors: expected,
    })
  })

  it.each([
    ['application/json', 'application/problem+json'],
    ['application/problem+json', 'application/problem+json'],
    ['*/*', 'application/problem+json'],
    ['text/html,*/*;q=0.8', 'text/html'],
    ['text/plain', 'text/html'],
  ])('to whoever asks for %s is %s', async (accept, contentType) => {
    const app = echo('/:id', schemas)
    const answer = await app.inject({ url: '/x', headers: { accept } })
    expect(answer.headers['content-type']).toBe(`${contentType}; charset=utf-8`)
  })

  it('has status 422 when asked', async () => {
    const app = express().set('env', 'test')
    app.get('/', validate({ query: schemas.query }, { status: 422 }), (_req, res) => res.end())
    const answer = await app.inject('/')
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ status: 422, title: 'Unprocessable Entity' })
  })

  it('reaches error handlers as an InputError, with the request as it was', async () => {
    const app = echo('/:id', schemas)
    const seen: unknown[] = []
    app.use((error: unknown, req: Request, res: express.Response, _next: unknown) => {
      seen.push(error, req.body)
      res.sendStatus(418)
    })
    expect((await app.inject(request)).status).toBe(418)
    const [error, body] = seen
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      status: 400,
      statusCode: 400,
      expose: true,
      issues: expected.map(({ detail, ...place }) => ({ ...place, message: detail })),
    })
    expect(body).toEqual(JSON.parse(request.body))
  })
})

describe('validate() that cannot be meant', () => {
  it.each([
    ['an unknown place', () => validate({ boddy: z.string() } as never), '"boddy"'],
    ['no schema', () => validate({ body: {} as never }), 'no Standard Schema'],
    ['another status', () => validate({}, { status: 500 as never }), 'status 500'],
  ])('throws at once: %s', (_, make, words) => {
    expect(make).toThrow(words)
    expect(make).toThrow(expect.objectContaining({ code: 'INPUT_BAD_OPTION' }))
  })
})
