import type { Application } from '../types/application.ts'
import type { Request, Response } from '../types/request-response.ts'

/**
 * In development, warns of a request that nobody has answered after a while, and names the route
 * that had it last: the mistake is a handler that neither answers nor calls `next()`, or that
 * forgets an `await`.
 *
 * The setting `unanswered warning` is the while in milliseconds, 10,000 by default; `false` is none.
 */
export function warnIfUnanswered(app: Application, req: Request, res: Response): void {
  const patience: unknown = app.get('unanswered warning') ?? 10_000
  if (typeof patience !== 'number' || typeof res.once !== 'function') return
  const timer = setTimeout(() => {
    if (res.headersSent || res.destroyed) return
    warn(
      'TOKKYU_UNANSWERED',
      `${nameOf(req)} has no answer after ${patience} ms: ${routeOf(req)} neither answered nor called next()`,
    )
  }, patience)
  timer.unref()
  res.once('close', () => clearTimeout(timer))
}

/** In development, says which route an error of answering again comes from. */
export function warnIfAnsweredTwice(req: Request, error: unknown): void {
  if ((error as { code?: unknown } | null)?.code !== 'ERR_HTTP_HEADERS_SENT') return
  warn('TOKKYU_ANSWERED_TWICE', `${nameOf(req)} was answered twice: ${routeOf(req)} answered again`)
}

function warn(code: string, message: string): void {
  process.emitWarning(message, { type: 'TokkyuWarning', code })
}

function nameOf(req: Request): string {
  return `${req.method} ${req.originalUrl}`
}

function routeOf(req: Request): string {
  const route = req.route as { path?: unknown } | undefined
  return route ? `the route ${JSON.stringify(String(route.path))}` : 'a middleware'
}
