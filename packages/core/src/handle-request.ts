import { warnIfUnanswered } from './unanswered/answer-warnings.ts'
import { adopt } from './server/adopt.ts'
import { currentApp, type Handled, leaving } from './current-app.ts'
import { requests } from './diagnostics.ts'
import { finalHandler } from './unanswered/final-handler.ts'
import { canonicalTarget, checkHead } from './guard/canonical-head.ts'
import { type MessagePrototypes, prototypesOf } from './server/classes.ts'
import { type Home, homeOf } from './home.ts'
import { limitFor, urlsAreLimited } from './limits/limits.ts'
import { noteRefusal } from './guard/refusals.ts'
import { UrlTooLongError } from './guard/errors.ts'
import { adoptHttp2 } from './server/http2-adopt.ts'
import { isHttp2 } from './server/http2-classes.ts'
import { imply, isUntouched } from './response/one-piece.ts'
import type { Application } from './types/application.ts'
import type { Request, Response } from './types/request-response.ts'

type Next = (error?: unknown) => unknown

/** One request, from node:http to its answer. */
export function handleRequest(
  app: Application,
  req: Request & Handled,
  res: Response & Handled,
  next: Next | undefined,
): unknown {
  const isFirst = req[currentApp] === undefined
  const done: Next = next ? leaving(req, res, next) : (error) => finalHandler(app, req, res, error)
  // 1. Accept. Pairs from servers that `listen` made, or that served one before, are ours already.
  const own = prototypesOf(app)!
  const home = homeOf(req, res)
  if ((home === undefined || home !== own.home) && !areAsGood(own, home, req, res)) {
    if (isHttp2(req)) adoptHttp2(app, req, res, isFirst)
    else adopt(app, req, res, isFirst)
  }
  req[currentApp] = res[currentApp] = app
  req.res = res
  res.req = req
  // Read where they are kept: `app.get` and `app.enabled` are calls, and there are four questions.
  const { settings } = app
  const powered = settings['x-powered-by'] ? POWERED_BY : undefined
  if (isFirst || (powered && isUntouched(res))) imply(res, powered)
  else if (powered) res.setHeader('X-Powered-By', 'Express')

  // 2. Canonicalise, once: what follows sees one host and one spelling of the path.
  req.originalUrl ||= req.url
  if (isFirst) {
    if (requests.hasSubscribers) requests.publish({ app, req, res })
    if (settings['env'] === 'development') warnIfUnanswered(app, req, res)
    try {
      if (urlsAreLimited) checkUrl(app, req)
      if (settings['host policy']) checkHead(req, res)
      if (settings['path canonical'] && req.url) req.url = canonicalTarget(req.url)
    } catch (error) {
      noteRefusal({ app, req, res, error: error as Error })
      return done(error)
    }
  }

  // 3. Dispatch. 4. A handler answers; 5. otherwise `done` does.
  return (app.router as unknown as Dispatcher).handle(req, res, done)
}

/** Whether a pair has the prototypes of an app, or those of the app around which are as good. */
function areAsGood(
  own: MessagePrototypes,
  home: Home | undefined,
  req: Request,
  res: Response,
): boolean {
  if (home !== undefined && home === own.outerHome && own.areUntouched) return true
  return Object.getPrototypeOf(req) === own.request && Object.getPrototypeOf(res) === own.response
}

/** @throws {UrlTooLongError} */
function checkUrl(app: Application, req: Request): void {
  const limit = limitFor({ app }, 'url')
  if (req.url.length > limit) throw new UrlTooLongError(limit)
}

const POWERED_BY = ['X-Powered-By', 'Express'] as const

interface Dispatcher {
  handle(req: Request, res: Response, done: Next): unknown
}
