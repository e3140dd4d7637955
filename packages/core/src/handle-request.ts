import { adopt } from './server-classes.ts'
import { canonicalTarget } from './canonical-target.ts'
import { currentApp, type Handled } from './current-app.ts'
import { finalHandler } from './final-handler.ts'
import type { Application } from './types/application.ts'
import type { Request } from './types/request.ts'
import type { Response } from './types/response.ts'

type Pair = [req: Request & Handled, res: Response & Handled]

/** One request, from node:http to its answer. */
export function handleRequest(
  app: Application,
  ...[req, res, next]: [...Pair, next: ((error?: unknown) => void) | undefined]
): unknown {
  // 1. Accept. Pairs from our own servers are ours already.
  if (
    Object.getPrototypeOf(req) !== app.request ||
    Object.getPrototypeOf(res) !== app.response
  ) {
    adopt(app, req, res)
  }
  req[currentApp] = res[currentApp] = app
  req.res = res
  res.req = req
  if (app.enabled('x-powered-by')) res.setHeader('X-Powered-By', 'Express')

  const done = next ?? ((error?: unknown) => finalHandler(app, req, res, error))

  // 2. Canonicalise the target, once.
  req.originalUrl ||= req.url
  if (app.enabled('path canonical') && typeof req.url === 'string') {
    try {
      req.url = canonicalTarget(req.url)
    } catch (error) {
      return done(error)
    }
  }

  // 3. Dispatch; 4. a handler answers; 5. otherwise `done` does.
  return (app.router as unknown as Dispatcher).handle(req, res, done)
}

interface Dispatcher {
  handle(req: Request, res: Response, done: (error?: unknown) => void): unknown
}
