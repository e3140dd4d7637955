import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, describe, it } from 'node:test'

import { MemoryStore } from '@tokkyu/session'
import request from 'supertest'
import { WebSocket } from 'ws'

import { createApp } from '../src/app.ts'
import { testConfig } from './test-config.ts'

describe('the chat', async () => {
  const app = createApp(testConfig(), new MemoryStore())
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  after(() => app.close({ grace: 1000 }))

  /** The cookie of a visitor who has said a name. */
  const cookieOf = async (name: string): Promise<string> => {
    const reply = await request(server)
      .post('/name')
      .set('Sec-Fetch-Site', 'same-origin')
      .type('form')
      .send({ name })
      .expect(303)
    return String(reply.headers['set-cookie']).split(';')[0] ?? ''
  }
  /** As a page of the server itself would, unless the headers say otherwise. */
  const open = (headers: Record<string, string>) =>
    new WebSocket(`ws://127.0.0.1:${port}/chat`, {
      headers: { Origin: `http://127.0.0.1:${port}`, ...headers },
    })

  it('tells all what one says, and who comes later, too', async () => {
    const ada = open({ Cookie: await cookieOf('Ada') })
    await once(ada, 'open')
    ada.send('<b>Hello</b>')
    assert.deepEqual(await next(ada), { name: 'Ada', text: '<b>Hello</b>' })
    const bob = open({ Cookie: await cookieOf('Bob') })
    assert.deepEqual(await next(bob), { name: 'Ada', text: '<b>Hello</b>' })
    bob.send('Hi')
    assert.deepEqual(await next(ada), { name: 'Bob', text: 'Hi' })
    ada.close()
    bob.close()
  })

  it('lets nobody in without a name, nor from another site', async () => {
    assert.equal(await refusal(open({})), 401)
    const cookie = await cookieOf('Eve')
    assert.equal(await refusal(open({ Cookie: cookie, Origin: 'https://evil.example' })), 403)
  })
})

async function next(socket: WebSocket): Promise<unknown> {
  const [data] = await once(socket, 'message')
  return JSON.parse(String(data))
}

/** The status with which a handshake is refused. */
async function refusal(socket: WebSocket): Promise<number> {
  const [, reply] = await once(socket, 'unexpected-response')
  return reply.statusCode
}
