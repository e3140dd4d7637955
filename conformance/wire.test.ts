import { once } from 'node:events'
import http from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { listening } from './harness/ask.ts'
import type { App, Framework } from './harness/case.ts'
import { express, ours } from './harness/frameworks.ts'

const HOST = 'Host: own.example\r\n'
const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\n${HOST}${more}\r\n`
const END = get('/last', 'Connection: close\r\n')

/** What clients send down one connection, that a client library would not. */
const EXCHANGES: Record<string, string> = {
  'HTTP/1.0 without a host': 'GET / HTTP/1.0\r\n\r\n',
  'HTTP/1.0 that keeps the connection': `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n${END}`,
  'three requests before the first answer': get('/') + get('/json') + END,
  'a slow answer before fast ones': get('/slow') + get('/') + END,
  'HEAD between others': `${get('/')}HEAD /json HTTP/1.1\r\n${HOST}\r\n${END}`,
  'a body in chunks': `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n${END}`,
  'a body nobody reads': `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nabcde${END}`,
  'a body for a path that is missing': `PUT /none HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nabcde${END}`,
  'a target with its origin': `GET http://own.example/json?x=1 HTTP/1.1\r\n${HOST}\r\n${END}`,
  'the server as such': `OPTIONS * HTTP/1.1\r\n${HOST}\r\n${END}`,
  'a method nobody handles': `PROPFIND /json HTTP/1.1\r\n${HOST}\r\n${END}`,
  'answers without a body': get('/empty') + get('/cached', 'If-None-Match: "1"\r\n') + END,
  'an answer of unknown length': get('/chunked') + END,
  'an answer of unknown length to HTTP/1.0': 'GET /chunked HTTP/1.0\r\n\r\n',
  'an error and then another request': get('/error') + END,
  'an answer that closes': get('/close') + END,
}

beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterAll(() => void vi.restoreAllMocks())

describe('on the wire', () => {
  it.each(Object.entries(EXCHANGES))('%s is answered as Express does', async (_name, sent) => {
    const theirs = await exchange(express, sent)
    expect(await exchange(ours, sent)).toEqual(theirs)
    expect(theirs.length).toBeGreaterThan(0)
  })
})

async function exchange(framework: Framework, sent: string): Promise<string[]> {
  return listening(http.createServer(furnish(framework)), async (server) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.setTimeout(4000, () => socket.destroy(new Error('the connection stays open')))
    let received = ''
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
    socket.write(sent)
    await once(socket, 'close')
    return received.split(/(?=HTTP\/1\.1 )/).map((reply) => alike(reply))
  })
}

/** One reply with its header lines in one order, and without the time. */
function alike(reply: string): string {
  const [head = '', ...body] = reply.split('\r\n\r\n')
  const [status, ...lines] = head.split('\r\n')
  const kept = lines.filter((line) => !/^date:/i.test(line)).map((line) => line.toLowerCase())
  return [status, ...kept.toSorted((a, b) => a.localeCompare(b)), '', body.join('\r\n\r\n')].join(
    '\n',
  )
}

function furnish(framework: Framework): App {
  const app = framework().set('env', 'production')
  app.get('/', (_req, res) => res.send('root'))
  app.get('/last', (_req, res) => res.send('last'))
  app.post('/', (_req, res) => res.send('not read'))
  app.get('/json', (req, res) => res.json(req.query))
  app.get('/slow', (_req, res) => void setTimeout(() => res.send('slow'), 30))
  app.post('/echo', (req, res) => void req.pipe(res))
  app.get('/empty', (_req, res) => res.sendStatus(204))
  app.get('/cached', (_req, res) => res.set('ETag', '"1"').send('body'))
  app.get('/chunked', (_req, res) => {
    res.write('one')
    res.end('two')
  })
  app.get('/error', () => {
    throw Object.assign(new Error('x'), { status: 418 })
  })
  app.get('/close', (_req, res) => res.set('Connection', 'close').send('bye'))
  return app
}
