import { createServer, type Server } from 'node:http'

import { answerClientErrors } from './client-error.ts'
import { continueWhenRead } from '../body/expect-continue.ts'
import { trackServer } from './open-servers.ts'
import { yieldToOthers } from './adopt.ts'
import { classesOf } from './classes.ts'
import type { Application } from '../types/express.ts'

/** Makes a server that builds the app's own requests and responses. */
export function createAppServer(app: Application): Server {
  const classes = classesOf(app)
  const server = createServer(classes, app)
  yieldToOthers(server, classes)
  answerClientErrors(server)
  continueWhenRead(server)
  return server
}

/**
 * Listens as `server.listen` does, with the same arguments.
 *
 * The callback is called once: when listening, or with the error that prevented it.
 */
export function listen(app: Application, args: unknown[]): Server {
  const server = createAppServer(app)
  trackServer(app, server)
  const callback = args.at(-1)
  if (typeof callback !== 'function') return server.listen(...(args as ListenArguments))
  let called = false
  const once = (...result: unknown[]) => {
    if (called) return
    called = true
    callback.apply(server, result)
  }
  server.once('error', once)
  return server.listen(...([...args.slice(0, -1), once] as unknown as ListenArguments))
}

/** `listen` has many forms; which one it is, node decides. */
type ListenArguments = Parameters<Server['listen']>
