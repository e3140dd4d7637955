// oxlint-disable no-underscore-dangle -- the names of node's own fields
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

type Answering = ServerResponse & { _sent100: boolean }

/**
 * Answers `Expect: 100-continue` (RFC 9110 §10.1.1) when somebody starts to read the body, and not
 * before: a handler that refuses the request is heard before the client has sent a byte of it.
 */
export function continueWhenRead(server: Server): void {
  server.on('checkContinue', (req: IncomingMessage, res: Answering) => {
    const { shouldKeepAlive } = res
    // Unless it is asked to go on, the client may or may not send the body: the next request
    // could not be told from it.
    res.shouldKeepAlive = false
    req._read = (size: number) => {
      const isAsked = awaitsContinue(req, res)
      Reflect.deleteProperty(req, '_read')
      if (!res.headersSent) res.shouldKeepAlive = shouldKeepAlive
      if (isAsked) res.writeContinue()
      req._read(size)
    }
    server.emit('request', req, res)
  })
}

/** Whether the client is still waiting to be asked for the body. */
export function awaitsContinue(req: IncomingMessage, res: ServerResponse): boolean {
  return (
    Object.hasOwn(req, '_read') &&
    req.headers.expect !== undefined &&
    !(res as Answering)._sent100 &&
    !res.headersSent
  )
}
