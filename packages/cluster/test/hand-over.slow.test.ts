import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import type { ClientRequest } from 'node:http'
import { connect as connectHttp2, constants } from 'node:http2'
import { request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'

import { afterEach, describe, expect, it } from 'vitest'

import { Supervised } from './supervised.ts'

const timeout = 120_000
let supervised: Supervised

afterEach(async () => {
  await supervised.end()
}, timeout)

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-tls-'))
const files = { KEY: path.join(folder, 'key'), CERT: path.join(folder, 'cert') }

interface Certificate {
  readonly key: string
  readonly cert: string
}

const certificates = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'fixtures/certificates.json'), 'utf8'),
) as { readonly first: Certificate; readonly second: Certificate }

function use({ key, cert }: Certificate): void {
  writeFileSync(files.KEY, key)
  writeFileSync(files.CERT, cert)
}

function startSecure(options: object = {}): Promise<Supervised> {
  use(certificates.first)
  return Supervised.start({ entry: 'secure-app.mjs', env: files, ...options })
}

function askSecure(url: string, method = 'GET'): ClientRequest {
  const { port } = supervised
  return request({ port, path: url, method, agent: false, rejectUnauthorized: false })
}

function textOf(asked: ClientRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    asked.once('error', reject)
    asked.once('response', (answer) => {
      let text = ''
      answer.on('data', (chunk) => (text += String(chunk)))
      answer.once('end', () => resolve(text))
    })
  })
}

/** Whose certificate a new connection is shown. */
function nameShown(): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port: supervised.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN as string)
      socket.destroy()
    }).once('error', reject)
  })
}

describe('a server over TLS', { timeout }, () => {
  it('gets its connections as any other does', async () => {
    supervised = await startSecure()
    const asked = askSecure('/')
    const answer = textOf(asked)
    asked.end()
    expect(await answer).toMatch(/^\d+ 1.1$/)
  })

  it('answers what it has before it is gone', async () => {
    supervised = await startSecure()
    const says = supervised.hears(({ said }) => said === 'slow')
    const asked = askSecure('/slow', 'POST')
    const answer = textOf(asked)
    asked.write('x')
    const { pid } = await says
    const drains = supervised.hears((message) => message.said === 'drains' && message.pid === pid)
    const reload = supervised.call('reload')
    await drains
    asked.end('y')
    expect(await answer).toBe('slow')
    await reload
  })

  it('shows a new certificate as soon as it is there, without a restart', async () => {
    supervised = await startSecure()
    const pids = await supervised.pids()
    expect(await nameShown()).toBe('first')
    use(certificates.second)
    await expect
      .poll(async () => [await nameShown(), await nameShown()], { timeout })
      .toEqual(['second', 'second'])
    expect(await supervised.pids()).toEqual(pids)
  })
})

describe('a session of HTTP/2', { timeout }, () => {
  it('gets two GOAWAYs when its worker drains, and the answer that is under way', async () => {
    supervised = await startSecure()
    const session = connectHttp2(`https://localhost:${supervised.port}`, {
      rejectUnauthorized: false,
    })
    const goaways: number[] = []
    session.on('goaway', (code, lastStream) => {
      expect(code).toBe(constants.NGHTTP2_NO_ERROR)
      goaways.push(lastStream)
    })
    const says = supervised.hears(({ said }) => said === 'slow')
    // It is answered when all that we send has come.
    const stream = session.request({ ':path': '/slow', ':method': 'POST' })
    let text = ''
    stream.on('data', (chunk) => (text += String(chunk)))
    const ended = new Promise((resolve) => stream.once('close', resolve))
    const closed = new Promise((resolve) => session.once('close', resolve))
    const { pid } = await says
    const drains = supervised.hears((message) => message.said === 'drains' && message.pid === pid)
    const reload = supervised.call('reload')
    await drains
    stream.end('x')
    await Promise.all([ended, closed, reload])
    expect(text).toBe('slow')
    expect(goaways[0]).toBe(2 ** 31 - 1)
    expect(goaways.at(-1)).toBe(1)
  })
})

describe('a WebSocket', { timeout }, () => {
  it('gets the code 1001 when its worker drains', async () => {
    supervised = await Supervised.start({ env: { UPGRADES: '1' } })
    const socket = connect(supervised.port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.write(
      'GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
    await new Promise((resolve) => socket.once('data', resolve))
    const closed = new Promise((resolve) => socket.once('end', resolve))
    await supervised.call('reload')
    await closed
    const frames = Buffer.concat(chunks)
    const frame = frames.subarray(frames.indexOf('\r\n\r\n') + 4)
    expect(frame[0]).toBe(0x88) // a close frame, whole
    expect(frame.readUInt16BE(2)).toBe(1001)
    expect(frame.subarray(4).toString()).toBe('restart; reconnect')
  })
})

describe('a request to upgrade', { timeout }, () => {
  it('is an ordinary request for an app that upgrades nothing', async () => {
    supervised = await Supervised.start()
    const answer = await supervised.get('/release', {
      headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': '' },
    })
    expect(answer).toBe('first')
  })
})

describe('an event stream', { timeout }, () => {
  it('ends when its worker drains', async () => {
    supervised = await Supervised.start()
    const stream = supervised.get('/events', { headers: { Accept: 'text/event-stream' } })
    await supervised.get('/pid')
    await supervised.call('reload')
    expect(await stream).toBe('data: hello\n\n')
  })
})

describe('an upload', { timeout }, () => {
  it('goes on while its worker drains', async () => {
    supervised = await Supervised.start()
    const socket = connect(supervised.port, '127.0.0.1')
    const length = 100_000
    socket.write(`POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`)
    let text = ''
    socket.on('data', (chunk) => (text += String(chunk)))
    const ended = new Promise((resolve) => socket.once('end', resolve))
    const { pid } = await supervised.hears(({ said }) => said === 'upload')
    const drains = supervised.hears((message) => message.said === 'drains' && message.pid === pid)
    const reload = supervised.call('reload')
    await drains
    await pause(300) // longer than the linger
    socket.write(Buffer.alloc(length))
    await ended
    await reload
    expect(text).toMatch(/Connection: close[^]*\r\n\r\n100000$/i)
  })
})
