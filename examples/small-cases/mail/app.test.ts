import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { text } from 'node:stream/consumers'

import nodemailer from 'nodemailer'
import { SMTPServer } from 'smtp-server'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

import type { Express } from '@tokkyu/core'

import { createApp } from './app.ts'

interface Received {
  readonly recipients: string[]
  readonly message: string
}

const received: Received[] = []
let refusal: Error | undefined
const smtp = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  onRcptTo: (_address, _session, callback) => callback(refusal),
  async onData(stream, { envelope }, callback) {
    const message = await text(stream)
    received.push({ recipients: envelope.rcptTo.map(({ address }) => address), message })
    callback()
  },
})

let app: Express
beforeAll(async () => {
  const listening = smtp.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  app = appWith((listening.address() as AddressInfo).port)
})
afterAll(() => new Promise<void>((resolve) => smtp.close(resolve)))
afterEach(() => {
  received.length = 0
  refusal = undefined
  vi.restoreAllMocks()
})

function appWith(port: number): Express {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
  return createApp({ transport, from: 'site@example.org', to: 'owner@example.org' })
}

const post = (body: object): request.Test => request(app).post('/').type('form').send(body)

describe('the contact form', () => {
  it('sends what was written to the owner, who can reply', async () => {
    await post({ email: 'ada@example.com', message: 'Grüße' })
      .expect('Location', '/thanks')
      .expect(303)
    expect(received).toHaveLength(1)
    expect(received[0]?.recipients).toEqual(['owner@example.org'])
    expect(received[0]?.message).toMatch(/^From: site@example.org\r$/m)
    expect(received[0]?.message).toMatch(/^Reply-To: ada@example.com\r$/m)
    expect(received[0]?.message).toContain('Gr=C3=BC=C3=9Fe')
  })

  it.each([
    ['no address', { message: 'hi' }],
    ['no message', { email: 'ada@example.com', message: '  ' }],
    ['a header behind the address', { email: 'a@b.example\r\nBcc: c@d.example', message: 'hi' }],
    ['two addresses', { email: 'a@b.example,c@d.example', message: 'hi' }],
    ['two fields of that name', { email: ['a@b.example', 'c@d.example'], message: 'hi' }],
    ['a name with an address', { email: 'Ada <a@b.example>', message: 'hi' }],
  ])('answers 422 to %s, and sends nothing', async (_what, body) => {
    await post(body).expect(422)
    expect(received).toEqual([])
  })

  it('sends lines that look like headers as text', async () => {
    await post({ email: 'a@b.example', message: 'Bcc: c@d.example\r\n.\r\nRCPT TO:<c@d.example>' })
    expect(received.map(({ recipients }) => recipients)).toEqual([['owner@example.org']])
    expect(received[0]?.message.split('\r\n\r\n')[0]).not.toMatch(/^Bcc/m)
  })

  it('answers 422 to JSON, which no form sends', () =>
    request(app).post('/').send({ email: 'a@b.example', message: 'hi' }).expect(422))

  it('answers 413 to a novel', () =>
    post({ email: 'a@b.example', message: 'x'.repeat(30_000) }).expect(413))
})

describe('when the mail does not leave', () => {
  it('answers 503, and tells the log and nobody else why', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    refusal = new Error('No such mailbox here')
    const { status, text: told, headers } = await post({ email: 'a@b.example', message: 'hi' })
    expect([status, told, headers['retry-after']]).toEqual([503, 'Please try again later', '60'])
    expect(String(log.mock.calls[0]?.[0])).toContain('No such mailbox here')
  })

  it('answers 503 when nobody listens', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const nobody = createServer().listen(0, '127.0.0.1')
    await once(nobody, 'listening')
    const { port } = nobody.address() as AddressInfo
    await new Promise((resolve) => nobody.close(resolve))
    await request(appWith(port))
      .post('/')
      .type('form')
      .send({ email: 'a@b.example', message: 'hi' })
      .expect(503)
  })
})
