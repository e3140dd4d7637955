import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { application } from './application.ts'
import { defineClasses } from './server/classes.ts'
import type { Express } from './types/express.ts'

/** Creates an application: a function for `http.createServer` with the methods of `application`. */
export function createApp(): Express {
  const app = function (req: IncomingMessage, res: ServerResponse, next?: () => void) {
    return app.handle(req, res, next)
  } as unknown as Express

  inherit(app, EventEmitter.prototype)
  inherit(app, application)
  defineClasses(app)
  app.init()
  return app
}

/** Copies what `app` does not have itself: an app stays a Function with all of its prototype. */
function inherit(app: object, source: object): void {
  for (const key of Reflect.ownKeys(source)) {
    if (Object.hasOwn(app, key)) continue
    const descriptor = Object.getOwnPropertyDescriptor(source, key)
    if (descriptor) Object.defineProperty(app, key, descriptor)
  }
}
