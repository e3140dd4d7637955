import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Express } from '@tokkyu/core'

const page = path.join(import.meta.dirname, '../../../../docs/validation.md')
/** Beside the test, where the packages that the page imports are found. */
const program = path.join(import.meta.dirname, `page-${process.pid}.ts`)

let app: Express
beforeAll(async () => {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(
    ([, code]) => code,
  )
  writeFileSync(program, `${blocks.join('\n')}\nexport { app }\n`)
  const module = (await import(/* @vite-ignore */ program)) as { readonly app: Express }
  app = module.app
  app.set('env', 'test')
})
afterAll(() => rmSync(program, { force: true }))

describe('the examples of docs/validation.md', () => {
  it('answer as the page says', async () => {
    expect(await (await app.inject('/users')).json()).toEqual({ page: 1 })
    const put = await app.inject({
      method: 'PUT',
      url: '/users/7',
      headers: { 'content-type': 'application/json' },
      body: '{"name":" Ada ","born":"1815-12-10"}',
    })
    expect(await put.json()).toEqual({ id: 7, year: 1815 })
  })

  it('refuse as the page says', async () => {
    const [, told] = /```json\n(.*?)```/s.exec(readFileSync(page, 'utf8')) ?? []
    const answer = await app.inject('/users?page=0')
    expect(await answer.json()).toEqual(JSON.parse(told ?? ''))
  })

  it('describe themselves', async () => {
    const document = await (await app.inject('/openapi.json')).json()
    expect(document).toMatchObject({
      openapi: '3.1.1',
      paths: {
        '/users': { get: { parameters: [{ name: 'page', in: 'query', required: false }] } },
        '/users/{id}': { get: { operationId: 'showUser' }, put: { requestBody: {} } },
      },
    })
    expect(JSON.stringify(document)).toContain('"born":{"type":"string","format":"date"}')
  })
})
