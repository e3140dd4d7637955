import { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

import { answerGate } from '@tokkyu/session/http'

import { coverHttp1, defineBeginSend, takeFromTable } from '../node-internals.ts'
import { onDemand } from '../on-demand.ts'
import type { Request, Response } from '../types/request-response.ts'
import { replaceFailed } from './classes.ts'
import { leaveHome } from '../home.ts'
import { beginSend, http2RequestMembers, http2ResponseMembers } from './http2-members.ts'

/** The classes that a server of HTTP/2 builds an app's pairs from. */
export interface Http2Classes {
  Http2ServerRequest: typeof Http2ServerRequest
  Http2ServerResponse: typeof Http2ServerResponse
}

/**
 * The prototype of requests over HTTP/2 that inherit from `base`, which is some app's `app.request`.
 *
 * In front of it stand the members of node's own class for HTTP/2, so that all that a program has added
 * to `app.request`, and adds later, is there, and nothing of HTTP/1 shows through.
 */
export function http2RequestOf(base: Request): Request {
  const known = twins.get(base)
  if (known !== undefined) return known as Request
  const node = onDemand.http2.Http2ServerRequest
  class AppHttp2Request extends node {}
  const prototype = AppHttp2Request.prototype as unknown as Request
  coverHttp1(prototype, IncomingMessage.prototype, node.prototype, base)
  Object.defineProperties(prototype, http2RequestMembers)
  return remember(prototype, base)
}

/** The same for `app.response`; the gate before the head stands in front. */
export function http2ResponseOf(base: Response): Response {
  const known = twins.get(base)
  if (known !== undefined) return known as Response
  const node = onDemand.http2.Http2ServerResponse
  class AppHttp2Response extends node {}
  const below = Object.create(base) as Response
  coverHttp1(below, ServerResponse.prototype, node.prototype, base)
  Object.defineProperties(below, http2ResponseMembers(node.prototype))
  takeFromTable(below)
  defineBeginSend(below, node.prototype, beginSend)
  const prototype = AppHttp2Response.prototype as unknown as Response
  Object.setPrototypeOf(prototype, below)
  answerGate.install(prototype, replaceFailed)
  return remember(prototype, base, below)
}

/** The classes whose prototypes those are. */
export function http2ClassesOf(request: Request, response: Response): Http2Classes {
  return {
    Http2ServerRequest: http2RequestOf(request).constructor as typeof Http2ServerRequest,
    Http2ServerResponse: http2ResponseOf(response)
      .constructor as unknown as typeof Http2ServerResponse,
  }
}

/** What a prototype for HTTP/2 inherits from; undefined for one that node made. */
export function http2BaseOf(prototype: object): object | undefined {
  return bases.get(prototype)
}

const twins = new WeakMap<object, object>()
const bases = new WeakMap<object, object>()

function remember<Message extends object>(
  prototype: Message,
  base: Message,
  lowest: Message = prototype,
): Message {
  Object.setPrototypeOf(lowest, base)
  leaveHome(prototype)
  twins.set(base, prototype)
  bases.set(prototype, base)
  return prototype
}

/** Whether a message is one of HTTP/2: the version alone is what a client writes. */
export function isHttp2(req: IncomingMessage): boolean {
  return req.httpVersionMajor >= 2 && 'stream' in req
}
