import { IncomingMessage, ServerResponse, type Server } from 'node:http'

import { type MessageClasses, replaceClasses } from '../node-internals.ts'
import { request } from '../request/index.ts'
import { response } from '../response-prototype.ts'
import type { Application } from '../types/application.ts'
import type { Request, Response } from '../types/request-response.ts'
import { classesOf, prototypesOf } from './classes.ts'

/**
 * Makes a pair from anywhere an app's own: the first of a server that `app.listen` did not make, a
 * mock, or one that another app is handling.
 */
export function adopt(app: Application, req: Request, res: Response, isFirst: boolean): void {
  if (isFirst) switchServer(app, req)
  const own = prototypesOf(app)!
  const { areUntouched } = own
  const ofRequest = Object.getPrototypeOf(req) as object
  const ofResponse = Object.getPrototypeOf(res) as object
  if (!isAsGood(ofRequest, own.request, request, areUntouched))
    Object.setPrototypeOf(req, own.request)
  if (!isAsGood(ofResponse, own.response, response, areUntouched))
    Object.setPrototypeOf(res, own.response)
}

const switched = new WeakSet<object>()

/** Lets the server of a request build our classes from now on. */
function switchServer(app: Application, req: Request): void {
  const server = (req.socket as { server?: Server } | undefined)?.server
  if (server === undefined || switched.has(server)) return
  // Where anybody else may take a request, each stays as node makes it until the app is called.
  const listeners = server.listeners?.('request')
  if (listeners?.length !== 1 || listeners[0] !== (app as unknown)) return
  switched.add(server)
  const node = { IncomingMessage, ServerResponse }
  if (replaceClasses(server, node, classesOf(app))) yieldToOthers(server, classesOf(app))
}

/** Lets a server of ours build node's own messages again as soon as somebody else listens for requests. */
export function yieldToOthers(server: Server, classes: MessageClasses): void {
  server.on('newListener', (event) => {
    const node = { IncomingMessage, ServerResponse }
    if (event === 'request') replaceClasses(server, classes, node)
  })
}

/**
 * Whether a message of the prototype `actual` already has every property it would get from `wanted`:
 * it is built on the shared prototype, and neither side's own prototypes carry additions the other lacks.
 */
export function isAsGood(
  actual: object,
  wanted: object,
  shared: object,
  isUntouched: boolean,
): boolean {
  if (actual === wanted) return true
  // The usual mounted app: one step below its parent, and nothing added.
  if (isUntouched && Object.getPrototypeOf(wanted) === actual) return true
  if (actual !== shared && !isAbove(shared, actual)) return false
  return addsNothing(actual, wanted, shared) && addsNothing(wanted, actual, shared)
}

/** Whether the prototypes from `start` down to `shared` that `other` does not inherit are bare. */
function addsNothing(start: object, other: object, shared: object): boolean {
  let prototype = start
  while (prototype !== shared && prototype !== other && !isAbove(prototype, other)) {
    if (!isAsBorn(prototype)) return false
    prototype = Object.getPrototypeOf(prototype) as object
  }
  return true
}

/**
 * Whether nobody has added to a prototype of an app. Express's own have an `app`, too, which is a value and would
 * hide ours.
 */
function isAsBorn(prototype: object): boolean {
  return Reflect.ownKeys(prototype).every(
    (key) =>
      key === 'constructor' ||
      (key === 'app' && Object.getOwnPropertyDescriptor(prototype, key)?.get !== undefined),
  )
}

function isAbove(prototype: object, other: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, other)
}
