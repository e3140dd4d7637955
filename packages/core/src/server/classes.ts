import { IncomingMessage, ServerResponse } from 'node:http'

import { answerGate } from '@tokkyu/session/http'
import type { MessageClasses } from '../node-internals.ts'
import { currentApp, type Handled } from '../current-app.ts'
import { ArgumentError } from '../errors/argument-error.ts'
import { finalHandler } from '../unanswered/final-handler.ts'
import { request } from '../request/index.ts'
import { type Home, leaveHome, makeHome } from '../home.ts'
import { installOnePiece } from '../response/one-piece.ts'
import { response } from '../response-prototype.ts'
import type { Application } from '../types/application.ts'
import type { Request, Response } from '../types/request-response.ts'

answerGate.install(response, replaceFailed)
response.beforeHeaders = function beforeHeaders(hook) {
  if (typeof hook !== 'function') {
    const given = typeof hook
    throw new ArgumentError(`Cannot run a hook before the headers: ${given} is not a function`)
  }
  answerGate.addHook(this, hook)
}
installOnePiece(response)

/** Answers with an error in place of an answer whose hooks before the head failed. */
export function replaceFailed(res: ServerResponse, error: unknown): void {
  const answered = res as Response
  const { req, app } = answered
  if (req.next) req.next(error)
  else finalHandler(app as Application, req, answered, error)
}

/**
 * Makes the classes a server builds an app's pairs from, so that no request changes its prototype.
 *
 * `class … extends` matters: calling the constructors as functions was measured at 1.25 of the
 * cost of bare node:http, where a class is at 0.94.
 */
function createClasses(app: Application): MessageClasses {
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

/** What an app's requests and responses inherit: `app.request` and `app.response`. */
export interface MessagePrototypes {
  request: Request
  response: Response
  /**
   * Nobody has asked for them, so nobody can have added anything: requests of a parent have all
   * that this app's would. To count their properties instead, Reflect.ownKeys takes 0.1 to 0.2 µs
   * for each of the two, measured on Node 20.
   */
  areUntouched: boolean
  /** Pairs that are at home there have these prototypes. Undefined when others were put in their place. */
  home: Home | undefined
  /** The same of the app that this one is mounted in: its pairs are as good as long as nobody adds anything. */
  outerHome?: Home | undefined
  /** What inherits from the two for HTTP/2, once that has been asked for. */
  http2?: { readonly request: Request; readonly response: Response } | undefined
}

const ownPrototypes = Symbol('what requests and responses inherit')

type Holder = Application & { readonly [ownPrototypes]: MessagePrototypes }

/** Gives an app classes of its own, and `app.request` and `app.response`, which are their prototypes. */
export function defineClasses(app: Application): void {
  const classes = createClasses(app)
  const home = makeHome(
    classes.IncomingMessage.prototype as Request,
    classes.ServerResponse.prototype as ServerResponse as Response,
  )
  const value: MessagePrototypes = { ...home, areUntouched: true, home }
  Object.defineProperty(app, ownPrototypes, { value })
  Object.defineProperties(app, ACCESSORS)
}

/**
 * The same as `app.request` and `app.response`, for those who only look.
 *
 * @returns undefined for an app of Express's own.
 */
export function prototypesOf(app: Application): MessagePrototypes | undefined {
  return (app as unknown as Partial<Holder>)[ownPrototypes]
}

const ACCESSORS = { request: accessor('request'), response: accessor('response') }

function accessor(name: 'request' | 'response'): PropertyDescriptor & ThisType<Holder> {
  return {
    configurable: true,
    enumerable: true,
    get() {
      this[ownPrototypes].areUntouched = false
      return this[ownPrototypes][name]
    },
    set(prototype: Request & Response) {
      this[ownPrototypes].areUntouched = false
      this[ownPrototypes].http2 = undefined
      this[ownPrototypes].home = undefined
      this[ownPrototypes][name] = prototype
      leaveHome(prototype)
    },
  }
}

/** The classes made with an app: its prototypes are theirs. */
export function classesOf(app: Application): MessageClasses {
  const { request: req, response: res } = prototypesOf(app)!
  return {
    IncomingMessage: req.constructor as typeof IncomingMessage,
    ServerResponse: res.constructor as typeof ServerResponse,
  }
}
