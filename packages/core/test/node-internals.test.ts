import { once } from 'node:events'
import { IncomingMessage, type Server, ServerResponse, createServer, get } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  answerOf,
  answersOf,
  closeAnswer,
  countPieces,
  defineBeginSend,
  endAnswerOf,
  firstLineLeads,
  hasLeft,
  hasYetToContinue,
  headOf,
  limitUpgrades,
  replaceClasses,
  openStreamsOf,
  requestBuilderOf,
  sendPieceOf,
  takeFromTable,
} from '../src/node-internals.ts'

function makeResponse(): ServerResponse {
  return new ServerResponse(new IncomingMessage(undefined as never))
}

describe('what core reads of node without a document, on this Node', () => {
  it('is the head, once there is one', () => {
    const res = makeResponse()
    expect(headOf(res)).toBeNull()
    res.writeHead(204)
    expect(headOf(res)).toMatch(/^HTTP\/1\.1 204 No Content\r\n/)
    expect(headOf({} as ServerResponse)).toBeUndefined()
  })

  it('is that a head begins with the line it was handed, behind which fields may stand', () => {
    expect(firstLineLeads()).toBe(true)
  })

  it('is how a response hears that it is closed', () => {
    const res = makeResponse()
    const heard: unknown[] = []
    res.on('close', () => heard.push(res.closed, res.destroyed))
    res.end()
    closeAnswer(res)
    expect(heard).toEqual([true, true])
    expect(res.socket).toBeNull()
  })

  it('is whether 100 Continue has yet to be sent', () => {
    const res = makeResponse()
    expect(hasYetToContinue(res)).toBe(true)
    res.writeContinue()
    expect(hasYetToContinue(res)).toBe(false)
    expect(hasYetToContinue({} as ServerResponse)).toBe(false)
  })

  it('is the response that a connection waits for, and whether its head has left', async () => {
    const seen: unknown[] = []
    const server = createServer((req, res) => {
      seen.push(answerOf(req.socket) === res, hasLeft(res))
      res.flushHeaders()
      seen.push(hasLeft(res))
      res.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
    const [answer] = (await once(request, 'response')) as [IncomingMessage & { socket: Socket }]
    answer.resume()
    await once(answer, 'end')
    server.close()
    expect(seen).toEqual([true, false, true])
    expect(answerOf({})).toBeUndefined()
    expect(hasLeft(undefined)).toBe(false)
  })

  it('is which classes a server builds its messages with', () => {
    class Mine extends IncomingMessage {}
    class Ours extends ServerResponse {}
    const ours = { IncomingMessage: Mine, ServerResponse: Ours as typeof ServerResponse }
    const server = createServer()
    expect(replaceClasses(server, { IncomingMessage, ServerResponse }, ours)).toBe(true)
    expect(replaceClasses(server, { IncomingMessage, ServerResponse }, ours)).toBe(false)
    expect(replaceClasses(server, ours, { IncomingMessage, ServerResponse })).toBe(true)
  })

  it('is how a piece of an answer is sent, in one or two', () => {
    expect(sendPieceOf(ServerResponse.prototype)).toBeTypeOf('function')
    expect([1, 2]).toContain(countPieces())
  })

  it('is where setHeader of HTTP/1 puts a header', () => {
    const set: unknown[] = []
    const target = Object.create(ServerResponse.prototype) as ServerResponse
    Object.assign(target, { setHeader: (...given: unknown[]) => set.push(given) })
    takeFromTable(target)
    ServerResponse.prototype.setHeader.call(target, 'X-A', 'b')
    expect(set).toEqual([['X-A', 'b']])
  })

  it('is which answers are under way on a session of HTTP/2', async () => {
    const seen: unknown[] = []
    class Ours extends http2.Http2ServerResponse {}
    Object.setPrototypeOf(Ours.prototype, ServerResponse.prototype)
    const options = { Http2ServerResponse: Ours as typeof http2.Http2ServerResponse }
    const server = http2.createServer(options, (req, res) => {
      const session = req.stream.session!
      seen.push(answersOf(session)[0] === (res as unknown))
      req.stream.respond({}, { endStream: true })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await once(client.request({ ':path': '/' }), 'response')
    client.destroy()
    server.close()
    expect(seen).toEqual([true])
    expect(answersOf({})).toEqual([])
  })

  it('is how many streams of a session are open, and how a response ends before its stream', async () => {
    const seen: unknown[] = []
    const server = http2.createServer((req, res) => {
      seen.push(openStreamsOf(req.stream.session!))
      req.stream.respond({})
      res.on('close', () => {
        seen.push(res.writableEnded, req.stream.closed)
        req.stream.end()
      })
      endAnswerOf(res as never, req.stream)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await once(client.request({ ':path': '/' }).resume(), 'close')
    client.destroy()
    server.close()
    expect(seen).toEqual([1, true, false])
    expect(openStreamsOf({})).toBe(0)
  })

  it('is how a response of HTTP/2 begins', () => {
    const target = Object.create(null) as ServerResponse
    defineBeginSend(target, http2.Http2ServerResponse.prototype, makeResponse)
    const [key] = Object.getOwnPropertySymbols(target)
    expect(Reflect.get(target, key!)).toBe(makeResponse)
  })

  it('is the listener that makes requests of streams, where it is the only one', () => {
    const server = http2.createServer(() => {})
    expect(requestBuilderOf(server)).toBe(server.listeners('stream')[0])
    expect(requestBuilderOf(server)).toBeTypeOf('function')
    server.on('stream', () => {})
    expect(requestBuilderOf(server)).toBeUndefined()
  })
})

describe('which requests a server hands to listeners for upgrade', () => {
  it('can be narrowed where Node asks, and is all of them elsewhere', () => {
    const server = createServer() as Server & { shouldUpgradeCallback?: (req: object) => unknown }
    const asks = 'shouldUpgradeCallback' in server // since 24.9, and by now in 22 as well
    limitUpgrades(server, ({ url }) => url === '/wanted')
    server.on('upgrade', () => {})
    expect(typeof server.shouldUpgradeCallback).toBe(asks ? 'function' : 'undefined')
    const answers = ['/wanted', '/other'].map((url) => server.shouldUpgradeCallback?.({ url }))
    expect(answers).toEqual(asks ? [true, false] : [undefined, undefined])
  })
})
