import type {
  Http2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  IncomingHttpHeaders,
  ServerHttp2Stream,
} from 'node:http2'

import { requestBuilderOf } from '../node-internals.ts'
import type { Application } from '../types/application.ts'
import type { Request } from '../types/request-response.ts'
import type { MessagePrototypes } from './classes.ts'

type OwnHttp2 = NonNullable<MessagePrototypes['http2']>

/**
 * Lets a server of HTTP/2 that the program made build our messages from its first request on. Node binds
 * its classes when the first listener for requests comes; without the exchange each request changes its
 * prototype, which takes node to nearly three times its cost.
 */
export function switchHttp2Server(app: Application, req: Request, own: OwnHttp2): void {
  const server = (req.socket as { server?: Http2Server } | undefined)?.server
  if (server === undefined || seen.has(server)) return
  seen.add(server)
  // Where anybody else may take a request, each stays as node makes it until the app is called.
  const listeners = server.listeners?.('request')
  if (listeners?.length !== 1 || listeners[0] !== (app as unknown)) return
  const theirs = requestBuilderOf(server)
  if (theirs === undefined) return
  const ours = builderOf(server, own)
  server.off('stream', theirs).on('stream', ours)
  server.on('newListener', function yieldToOthers(event: string) {
    if (event === 'request')
      server.off('newListener', yieldToOthers).off('stream', ours).on('stream', theirs)
  })
}

const seen = new WeakSet<object>()

type NewRequest = new (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: undefined,
  rawHeaders: unknown,
) => Http2ServerRequest
type NewResponse = new (stream: ServerHttp2Stream) => Http2ServerResponse

/** Makes a pair of each stream and hands it to whoever it is for, as node's documentation of the events says. */
function builderOf(server: Http2Server, { request, response }: OwnHttp2) {
  const OurRequest = request.constructor as unknown as NewRequest
  const OurResponse = response.constructor as unknown as NewResponse
  return (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders?: unknown,
  ): void => {
    const req = new OurRequest(stream, headers, undefined, rawHeaders)
    const res = new OurResponse(stream)
    const refuse = (status: number): void => {
      res.statusCode = status
      res.end()
    }
    if (headers[':method'] === 'CONNECT') {
      if (!server.emit('connect', req, res)) refuse(405)
    } else if (headers.expect === undefined) {
      server.emit('request', req, res)
    } else if (headers.expect !== '100-continue') {
      if (!server.emit('checkExpectation', req, res)) refuse(417)
    } else if (!server.emit('checkContinue', req, res)) {
      res.writeContinue()
      server.emit('request', req, res)
    }
  }
}
