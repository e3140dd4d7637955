import { IncomingMessage, ServerResponse, type Server } from 'node:http'

import { answerGate } from '@tokkyu/session'
import { currentApp, type Handled } from '../current-app.ts'
import { ArgumentError } from '../errors/argument-error.ts'
import { finalHandler } from '../unanswered/final-handler.ts'
import { prototypesOf } from './message-prototypes.ts'
import { request } from '../request/index.ts'
import { standOn } from '../response/below.ts'
import { installImpliedHeaders } from '../response/implied-headers.ts'
import { installOneWrite } from '../response/one-write.ts'
import { response } from '../response-prototype.ts'
import type { Application, Request, Response } from '../types/express.ts'

standOn(response)
installOneWrite(response)
answerGate.install(response, (res, error) => {
  const answered = res as Response
  const { req, app } = answered
  if (req.next) req.next(error)
  else finalHandler(app as Application, req, answered, error)
})
response.beforeHeaders = function beforeHeaders(hook) {
  if (typeof hook !== 'function') {
    const given = typeof hook
    throw new ArgumentError(`Cannot run a hook before the headers: ${given} is not a function`)
  }
  answerGate.addHook(this, hook)
}
installImpliedHeaders(response)

/** The two constructors whose prototypes are `app.request` and `app.response`. */
export interface ServerClasses {
  IncomingMessage: typeof IncomingMessage
  ServerResponse: typeof ServerResponse
}

/**
 * Makes the classes a server builds an app's pairs from, so that no request changes its prototype.
 *
 * `class … extends` matters: calling the constructors as functions was measured at 1.25 of the
 * cost of bare node:http, where a class is at 0.94.
 */
export function createServerClasses(app: Application): ServerClasses {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  Object.setPrototypeOf(AppRequest.prototype, request)
  Object.setPrototypeOf(AppResponse.prototype, response)
  for (const prototype of [AppRequest.prototype, AppResponse.prototype]) {
    Object.defineProperty(prototype, 'app', {
      configurable: true,
      enumerable: true,
      get(this: Handled) {
        return this[currentApp] ?? app
      },
      set(this: Handled, value: Application) {
        this[currentApp] = value
      },
    })
  }
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse as typeof ServerResponse }
}

/**
 * Makes a pair from anywhere an app's own: the first of a server that `app.listen` did not make, a
 * mock, or one that another app is handling.
 */
export function adopt(app: Application, req: Request, res: Response, isFirst: boolean): void {
  if (isFirst) switchServer(app, req)
  const own = prototypesOf(app)!
  const { areUntouched } = own
  if (!isAsGood(req, own.request, request, areUntouched)) Object.setPrototypeOf(req, own.request)
  if (!isAsGood(res, own.response, response, areUntouched)) Object.setPrototypeOf(res, own.response)
}

const switched = new WeakSet<object>()

/**
 * Lets the server of a request build our classes from now on: http and https servers keep theirs
 * in two slots under symbols, read for each request. They are found by value, not by name.
 */
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
export function yieldToOthers(server: Server, classes: ServerClasses): void {
  server.on('newListener', (event) => {
    const node = { IncomingMessage, ServerResponse }
    if (event === 'request') replaceClasses(server, classes, node)
  })
}

/** @returns whether the server built those that were to be replaced. */
function replaceClasses(server: Server, before: ServerClasses, after: ServerClasses): boolean {
  const slots = server as unknown as Record<symbol, unknown>
  const keys = Object.getOwnPropertySymbols(server)
  const requestSlot = keys.find((key) => slots[key] === before.IncomingMessage)
  const responseSlot = keys.find((key) => slots[key] === before.ServerResponse)
  if (requestSlot === undefined || responseSlot === undefined) return false
  slots[requestSlot] = after.IncomingMessage
  slots[responseSlot] = after.ServerResponse
  return true
}

/** The classes made with an app: its prototypes are theirs. */
export function classesOf(app: Application): ServerClasses {
  const { request: req, response: res } = prototypesOf(app)!
  return {
    IncomingMessage: req.constructor as typeof IncomingMessage,
    ServerResponse: res.constructor as typeof ServerResponse,
  }
}

/**
 * Whether a message already has every property it would get from `wanted`: it is built on the
 * shared prototype, and neither side's own prototypes carry additions the other lacks.
 */
function isAsGood(message: object, wanted: object, shared: object, isUntouched: boolean): boolean {
  const actual = Object.getPrototypeOf(message) as object
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
    if (!Reflect.ownKeys(prototype).every((key) => BORN_WITH.has(key))) return false
    prototype = Object.getPrototypeOf(prototype) as object
  }
  return true
}

/** What the prototypes of an app have before anybody adds to them. */
const BORN_WITH = new Set<PropertyKey>(['constructor', 'app'])

function isAbove(prototype: object, other: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, other)
}
