import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { commandOf, type Example, EXAMPLES, REFUSED } from '../src/server/api/examples.ts'
import { createApp } from '../src/server/app.ts'
import { ENGLISH } from '../src/server/english.ts'
import { IMAGES } from './images.ts'

const app = createApp({ randomInt: () => 2 }) // the computer shows scissors

interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: Schema }> }>>
}

async function operations(): Promise<Map<string, Operation>> {
  const { body } = await request(app).get('/api/openapi.json').expect(200)
  const items = Object.values(body.paths as Record<string, Record<string, Operation>>)
  const all = items.flatMap((item) => Object.values(item))
  return new Map(all.map((operation) => [operation.operationId ?? '', operation]))
}

/** What of a value a schema does not allow; enough of JSON Schema for this document. */
function faults(value: unknown, schema: Schema, at = '$'): string[] {
  if (schema.anyOf) {
    return schema.anyOf.some((one) => faults(value, one, at).length === 0) ? [] : [at]
  }
  if (schema.enum) return schema.enum.includes(value) ? [] : [at]
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const types = [schema.type ?? kind].flat().map((type) => (type === 'integer' ? 'number' : type))
  if (!types.includes(kind)) return [`${at} is ${kind}`]
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => faults(item, schema.items ?? {}, `${at}[${i}]`))
  }
  if (kind !== 'object' || !schema.properties) return []
  const given = Object.entries(value as object)
  const missing = (schema.required ?? []).filter((name) => !given.some(([key]) => key === name))
  const unknown = given.filter(([key]) => !schema.properties?.[key]).map(([key]) => key)
  const within = given.flatMap(([key, part]) =>
    faults(part, schema.properties?.[key] ?? {}, `${at}.${key}`),
  )
  return [...missing, ...unknown].map((name) => `${at}.${name}`).concat(within)
}

/** Puts the id of a duel or a player that there is in the place of `:id`. */
async function fill({ id, path }: Example): Promise<string> {
  if (!path.includes(':id')) return path
  const json = { Accept: 'application/json' }
  if (id === 'duel') return (await request(app).post('/duels').set(json)).body.duel
  return (await request(app).post('/profile').set(json).send({ name: 'Ada' })).body.url
}

/** Names that are drawn anew each time count as equal. */
function shape(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(/[\w-]{12,36}(?=["/.])/g, '…'))
}

describe('the OpenAPI document', () => {
  it('names every operation once, with what it does', async () => {
    const found = await operations()
    expect([...found.keys()].toSorted()).toEqual(Object.keys(ENGLISH.api.operations).toSorted())
    for (const { operationId, summary } of found.values()) {
      expect(summary).toBe(Reflect.get(ENGLISH.api.operations, operationId ?? ''))
    }
  })

  it('says what bodies and queries hold, and that errors are problem details', async () => {
    const { body } = await request(app).get('/api/openapi.json')
    expect(body.openapi).toMatch(/^3\.1/)
    const action = { enum: ['rock', 'paper', 'scissors'] }
    const schema = { type: 'object', properties: { action }, required: ['action'] }
    const { post, get } = body.paths['/game']
    expect(post.requestBody.content).toEqual({
      'application/x-www-form-urlencoded': { schema },
      'application/json': { schema },
    })
    expect(get.parameters).toMatchObject([{ in: 'query', name: 'action', required: true }])
    expect(Object.keys(body.paths['/avatar'].post.requestBody.content)).toEqual([
      'multipart/form-data',
    ])
    expect(JSON.stringify(post.responses.default)).toContain('RFC 9457')
  })
})

describe('an example of the page', () => {
  it.each(EXAMPLES)('is answered as it says, and as the document says: $id', async (example) => {
    const player = request.agent(app)
    const { method, file, body } = example
    const path = await fill(example)
    const sent = method === 'GET' ? player.get(path) : player.post(path)
    void sent.set('Accept', 'application/json').set('Accept-Language', 'en')
    if (file) void sent.attach('avatar', IMAGES['image/png'], file)
    const answer = await (body ? sent.send(body) : sent).expect(example.status)
    const schema = (await operations()).get(example.id)?.responses[String(example.status)]?.content
    expect(faults(answer.body, schema?.['application/json']?.schema ?? {})).toEqual([])
    expect(shape(answer.body)).toEqual(shape(example.answer ?? answer.body))
  })

  it('of a refusal is answered as it says', async () => {
    const sent = request(app).get(REFUSED.path).set('Accept', 'application/json')
    const { body } = await sent.expect(400).expect('Content-Type', /^application\/problem\+json/)
    expect(body).toEqual(REFUSED.answer)
  })

  it('is a command that can be typed', () => {
    const example = { method: 'POST', path: '/game', body: { action: 'rock' } } as const
    expect(commandOf(example, 'http://127.0.0.1:3000')).toBe(
      "curl -b jar -c jar -H 'Accept: application/json' -H 'Content-Type: application/json' " +
        `-d '{"action":"rock"}' 'http://127.0.0.1:3000/game'`,
    )
  })
})

describe('the page for programs', () => {
  it('has each operation and its example, in both languages', async () => {
    const { text } = await request(app).get('/api').expect(200)
    for (const { id } of EXAMPLES) expect(text).toContain(`<h2 id="${id}">`)
    expect(text).toContain('href="/api/openapi.json"')
    const chinese = await request(app).get('/api').set('Accept-Language', 'zh')
    expect(chinese.text).toContain('选择对手')
  })

  it('is the document for who asks for JSON', async () => {
    const { body } = await request(app).get('/api').set('Accept', 'application/json').expect(200)
    expect(body.openapi).toMatch(/^3\.1/)
  })
})

describe('an error', () => {
  it('is problem details for who asks for them by their own type', async () => {
    const sent = request(app).get('/nowhere').set('Accept', 'application/problem+json')
    const { body } = await sent.expect(404).expect('Content-Type', /^application\/problem\+json/)
    expect(body).toMatchObject({ type: 'about:blank', title: 'Not Found', code: 'NOT_FOUND' })
  })
})
