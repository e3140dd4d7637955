import { Validator } from '@seriousme/openapi-schema-validator'
import { toJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import express, {
  Router,
  openapi,
  type InputSchemas,
  type OpenApiDocument,
  type OpenApiOptions,
  type ValidateOptions,
  validate,
} from '@tokkyu/core'

import { Components } from '../../src/openapi/components.ts'

const info = { title: 'Shop', version: '1.0.0' }
const end = (_req: unknown, res: express.Response): unknown => res.end()

/** The document of an app, after somebody else has found it valid. */
async function documentOf(
  app: { routes: express.Application['routes'] },
  options?: OpenApiOptions,
): Promise<OpenApiDocument> {
  const document = JSON.parse(JSON.stringify(openapi(app, info, options))) as OpenApiDocument
  expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true })
  return document
}

async function operationOf(schemas: InputSchemas, options?: ValidateOptions, path = '/') {
  const app = express().post(path, validate(schemas, options), end)
  const { paths } = await documentOf(app)
  return Object.values(paths)[0]!['post']!
}

async function pathsOf(...paths: (string | RegExp)[]): Promise<string[]> {
  const app = express()
  for (const path of paths) app.get(path, end)
  return Object.keys((await documentOf(app)).paths)
}

describe('the paths of a document', () => {
  it.each([
    ['/users/:id', ['/users/{id}']],
    ['/users/:id<int>/x-:y(\\d+)', ['/users/{id}/x-{y}']],
    ['/a{/:b{/:c}}', ['/a/{b}/{c}', '/a/{b}', '/a']],
    ['/files/*path', ['/files/{path}']],
    ['/:"two words"', ['/{two_words}']],
    ['/caf\\{é/', ['/caf%7B%C3%A9']],
    ['/:id/:id', ['/{id_2}/{id}']],
  ])('write %s as OpenAPI does', async (path, expected) => {
    expect(await pathsOf(path)).toEqual(expected)
  })

  it('are told once when only the names of parameters differ', async () => {
    const app = express().get('/users/:id', end).post('/users/:name<slug>', end)
    const { paths } = await documentOf(app)
    expect(Object.keys(paths)).toEqual(['/users/{id}'])
    expect(paths['/users/{id}']!['post']!.parameters).toMatchObject([{ name: 'id', in: 'path' }])
  })

  it('are those of mounted routers and apps too, without regular expressions', async () => {
    const users = Router().get('/', end).get('/:id', end)
    const shop = express()
      .use('/users', users)
      .get(/^\/old/, end)
    const app = express().use('/shops/:shop', shop)
    expect(Object.keys((await documentOf(app)).paths)).toEqual([
      '/shops/{shop}/users',
      '/shops/{shop}/users/{id}',
    ])
  })

  it('have the methods that OpenAPI knows', async () => {
    const app = express().all('/all', end).purge('/purge', end)
    app.route('/some').all(end).get(end).delete(end)
    const { paths } = await documentOf(app)
    expect(Object.keys(paths['/all']!)).toEqual(['get', 'post', 'put', 'patch', 'delete'])
    expect(Object.keys(paths['/some']!)).toEqual(['get', 'delete'])
    expect(paths['/purge']).toBeUndefined()
  })
})

describe('the parameters of an operation', () => {
  it('follow from the constraints of the path', async () => {
    const path = '/:a<int>/:b<uuid>/:c(\\d{2})/:d/*e'
    const { parameters } = await operationOf({ query: z.object({}) }, {}, path)
    expect(parameters?.map(({ schema }) => schema)).toEqual([
      { type: 'integer' },
      { type: 'string', format: 'uuid' },
      { type: 'string', pattern: String.raw`^(?:\d{2})$` },
      { type: 'string' },
      { type: 'string' },
    ])
  })

  it('follow from the schemas', async () => {
    const schemas = {
      params: z.object({ id: z.string().min(3) }),
      query: z.object({ q: z.string(), page: z.number().default(1) }),
      headers: z.object({ 'x-key': z.string(), authorization: z.string() }),
    }
    const { parameters } = await operationOf(schemas, {}, '/:id')
    expect(parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string', minLength: 3 } },
      { name: 'q', in: 'query', required: true, schema: { type: 'string' } },
      { name: 'page', in: 'query', required: false, schema: { type: 'number', default: 1 } },
      { name: 'x-key', in: 'header', required: true, schema: { type: 'string' } },
    ])
  })

  it('of a choice of objects are required when all of them do', async () => {
    const query = z.union([
      z.object({ a: z.string(), b: z.string() }),
      z.object({ a: z.string(), c: z.string() }),
    ])
    const { parameters } = await operationOf({ query })
    expect(parameters?.map(({ name, required }) => [name, required])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ])
  })
})

describe('the body of an operation', () => {
  it('is JSON, or what the operation says', async () => {
    const body = z.object({ name: z.string() })
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
    const usual = await operationOf({ body })
    expect(usual.requestBody).toMatchObject({ content: { 'application/json': { schema } } })
    const form = await operationOf({ body }, { consumes: 'application/x-www-form-urlencoded' })
    expect(Object.keys(form.requestBody!.content)).toEqual(['application/x-www-form-urlencoded'])
  })

  it('is a form when there is a file', async () => {
    const file = z.looseObject({ size: z.number() })
    const { requestBody } = await operationOf({ file }, { fileField: 'avatar' })
    expect(requestBody).toEqual({
      required: true,
      content: {
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['avatar'],
            properties: {
              avatar: { type: 'string', contentMediaType: 'application/octet-stream' },
            },
          },
        },
      },
    })
  })
})

describe('the answers of an operation', () => {
  it('are the declared ones and the refusal', async () => {
    const responses = { 200: z.object({ id: z.number() }), 404: { description: 'No such user' } }
    const operation = await operationOf({ body: z.string() }, { status: 422, responses })
    expect(operation.responses).toMatchObject({
      200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' } } } },
      404: { description: 'No such user' },
      422: {
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/InputProblem' } },
        },
      },
    })
  })

  it('are not described where nobody did', async () => {
    const { paths } = await documentOf(express().get('/', end))
    expect(paths['/']!['get']).toEqual({ responses: { default: { description: 'Not described' } } })
  })
})

describe('what an operation declares', () => {
  it('stands in its method alone', async () => {
    const app = express()
    const inBody = validate({ body: z.object({ name: z.string() }) })
    app.route('/').get(end).post(inBody, end)
    const { paths } = await documentOf(app)
    expect(paths['/']!['get']!.requestBody).toBeUndefined()
    expect(paths['/']!['post']!.requestBody).toBeDefined()
  })

  it('holds below a middleware, and nowhere else', async () => {
    const app = express().get('/a/before', end)
    app.use('/a', validate({ headers: z.object({ 'x-key': z.string() }) }))
    app.use('/a', Router().get('/b', end)).get('/ab', end)
    const { paths } = await documentOf(app)
    const keyed = Object.entries(paths).filter(([, { get }]) => get!.parameters !== undefined)
    expect(keyed.map(([path]) => path)).toEqual(['/a/b'])
  })

  it('has words, a name of its own, or none at all', async () => {
    const app = express()
    const list = { summary: 'Lists users', operationId: 'list', tags: ['users'] }
    app.get('/a{/:b}', validate({}, { operation: list }), end)
    app.get({ name: 'show', path: '/show' }, end)
    app.get('/hidden', validate({}, { operation: { hidden: true } }), end)
    const { paths } = await documentOf(app)
    const told = Object.entries(paths).map(([path, { get }]) => [path, get!.operationId, get!.tags])
    expect(told).toEqual([
      ['/a/{b}', 'list', ['users']],
      ['/a', 'list_2', ['users']],
      ['/show', 'show', undefined],
    ])
  })
})

describe('the schemas of a document', () => {
  it('are written by the library: ArkType', async () => {
    const operation = await operationOf({ body: type({ name: 'string >= 2' }) })
    expect(operation.requestBody!.content['application/json']!.schema).toMatchObject({
      type: 'object',
      properties: { name: { type: 'string', minLength: 2 } },
    })
  })

  it('are written by an option where the library cannot: Valibot', async () => {
    const app = express().post('/', validate({ body: v.object({ n: v.number() }) }), end)
    expect(() => openapi(app, info)).toThrow(
      expect.objectContaining({ code: 'OPENAPI_SCHEMA', vendor: 'valibot' }),
    )
    const { paths } = await documentOf(app, {
      toJsonSchema: (schema: v.GenericSchema, typeMode) => toJsonSchema(schema, { typeMode }),
    })
    expect(paths['/']!['post']!.requestBody).toMatchObject({
      content: { 'application/json': { schema: { properties: { n: { type: 'number' } } } } },
    })
  })

  it('may be given as a function that reads what all schemas have', async () => {
    const app = express().post('/', validate({ body: v.object({ n: v.number() }) }), end)
    const { paths } = await documentOf(app, {
      toJsonSchema: (schema) => ({ type: 'object', title: schema['~standard'].vendor }),
    })
    expect(paths['/']!['post']!.requestBody).toMatchObject({
      content: { 'application/json': { schema: { title: 'valibot' } } },
    })
  })

  it('may be given where the library refuses', async () => {
    const app = express().post('/', validate({ body: z.date() }), end)
    expect(() => openapi(app, info)).toThrow(/schema of zod.*Date/)
    const written = await documentOf(app, { toJsonSchema: () => ({ type: 'string' }) })
    expect(written.paths['/']!['post']!.requestBody).toMatchObject({
      content: { 'application/json': { schema: { type: 'string' } } },
    })
  })

  it('share what they refer to', async () => {
    const User = z.object({ name: z.string() }).meta({ id: 'User' })
    const app = express()
    app.post('/a', validate({ body: z.object({ user: User }) }), end)
    app.post('/b', validate({ body: z.object({ users: z.array(User) }) }), end)
    const { components, paths } = await documentOf(app)
    expect(Object.keys(components.schemas)).toEqual(['User', 'InputProblem'])
    expect(JSON.stringify(paths)).toContain('"$ref":"#/components/schemas/User"')
    expect(JSON.stringify(paths)).not.toContain('$defs')
  })

  it('may refer to themselves', async () => {
    const Tree = z.object({
      get children() {
        return z.array(Tree)
      },
    })
    const app = express().post('/', validate({ body: Tree }), end)
    const { components, paths } = await documentOf(app)
    expect(paths['/']!['post']!.requestBody).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Schema' } } },
    })
    expect(components.schemas['Schema']).toMatchObject({
      properties: { children: { items: { $ref: '#/components/schemas/Schema' } } },
    })
  })

  it('keep what only looks like a reference', () => {
    const schema = {
      properties: { $ref: { default: { $ref: '#/$defs/x' } } },
      enum: [{ $ref: '#' }],
    }
    expect(new Components().adopt({ ...schema, $defs: { x: {} } })).toEqual(schema)
  })

  it('find what they refer to by a name that a URL has to write differently', () => {
    const components = new Components()
    const schema = { $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': { type: 'string' } } }
    expect(components.resolve(components.adopt(schema))).toEqual({ type: 'string' })
  })
})
