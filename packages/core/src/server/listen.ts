import { createServer, type Server } from 'node:http'

import { answerClientErrors } from './client-error.ts'
import { continueWhenRead } from '../body/expect-continue.ts'
import { createHttp2Server } from './http2-server.ts'
import { limitServer } from './limit-server.ts'
import { trackHttp2Server, trackServer } from './open-servers.ts'
import { yieldToOthers } from './adopt.ts'
import { classesOf } from './classes.ts'
import { limitsToListen } from '../limits/limits.ts'
import type { Application } from '../types/application.ts'
import type { Http2ListenOptions } from '../types/options.ts'

/** Makes a server that builds the app's own requests and responses. */
export function createAppServer(app: Application): Server {
  const classes = classesOf(app)
  const limit = limitsToListen(app)
  const maxHeaderSize = limit('headerBytes')
  const server = createServer({ ...classes, ...(maxHeaderSize && { maxHeaderSize }) }, app)
  limitServer(server, limit)
  yieldToOthers(server, classes)
  answerClientErrors(server)
  continueWhenRead(server)
  return server
}

/**
 * Listens as `server.listen` does, with the same arguments.
 *
 * The callback is called once: when listening, or with the error that prevented it. One that takes no
 * argument would only say that all is well: the error is thrown, unless a listener of the server takes it.
 */
export function listen(app: Application, args: unknown[]): Server {
  const server = createServerFor(app, args[0])
  const callback = args.at(-1)
  if (typeof callback !== 'function') return server.listen(...(args as ListenArguments))
  let called = false
  const once = (...result: unknown[]) => {
    if (called) return
    called = true
    callback.apply(server, result)
  }
  server.once('error', (error) => {
    if (callback.length > 0) once(error)
    else if (!called && server.listenerCount('error') === 0) throw error
  })
  return server.listen(...([...args.slice(0, -1), once] as unknown as ListenArguments))
}

function createServerFor(app: Application, first: unknown): Server {
  if ((first as { http2?: unknown } | null | undefined)?.http2 === true) {
    const server = createHttp2Server(app, first as Http2ListenOptions)
    trackHttp2Server(app, server)
    return server as unknown as Server // its `listen` is the same
  }
  const server = createAppServer(app)
  trackServer(app, server)
  return server
}

/** `listen` has many forms; which one it is, node decides. */
type ListenArguments = Parameters<Server['listen']>
