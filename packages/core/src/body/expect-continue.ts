// oxlint-disable no-underscore-dangle -- the names of node's own fields
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

import { hasYetToContinue, oweContinue } from '../node-internals.ts'

/**
 * Answers `Expect: 100-continue` (RFC 9110 §10.1.1) when somebody starts to read the body, and not
 * before: a handler that refuses the request is heard before the client has sent a byte of it. Node
 * then ends the connection, because the body may or may not follow.
 *
 * A listener of the application's own for `checkContinue` comes instead of this one.
 */
export function continueWhenRead(server: Server): void {
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    if (server.listenerCount('checkContinue') > 1) return
    if (req.httpVersionMajor >= 2) oweContinue(res)
    const read = (size: number): void => {
      const isAsked = awaitsContinue(req, res)
      Reflect.deleteProperty(req, '_read')
      if (isAsked) res.writeContinue()
      req._read(size)
    }
    // Not assigned where it is written: V8 would make it in the old generation, request and all.
    req._read = read
    server.emit('request', req, res)
  })
}

/**
 * Whether the client is still waiting to be asked for the body, as it may in HTTP/1.1: the expectations of
 * HTTP/1.0 are ignored (RFC 9110 §10.1.1).
 */
export function awaitsContinue(req: IncomingMessage, res: ServerResponse): boolean {
  return (
    req.httpVersionMajor >= 1 &&
    req.headers?.expect !== undefined && // a test's stand-in may lack headers
    hasYetToContinue(res) &&
    (req.httpVersionMajor >= 2 || req.httpVersionMinor >= 1) &&
    !res.headersSent
  )
}
