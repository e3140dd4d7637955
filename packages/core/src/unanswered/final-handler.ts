import { STATUS_CODES } from 'node:http'
import { answerGate } from '@tokkyu/session/http'

import { warnIfAnsweredTwice } from './answer-warnings.ts'
import { isRefusal } from '../guard/refusals.ts'
import { drain } from '../body/drain.ts'
import { errors, type ErrorEvent, type FallbackPage, fallbacks } from '../diagnostics.ts'
import { errorPage, extensionMembers, problemDetails } from './error-body.ts'
import { awaitsContinue } from '../body/expect-continue.ts'
import type { Application } from '../types/application.ts'
import type { Request, Response } from '../types/request-response.ts'

/**
 * Answers what no handler answered: 404, or the error's status.
 *
 * In production the client reads the status text only; elsewhere the stack. Once headers were sent
 * nothing true can be said any more, so the connection is cut instead of garbled.
 */
export function finalHandler(app: Application, req: Request, res: Response, error: unknown): void {
  if (!error) {
    if (!answerGate.isAnswered(res)) answer(app, req, res, notFound(req))
    return
  }
  if (!isRefusal(error)) {
    if (app.get('env') === 'development') warnIfAnsweredTwice(req, error)
    report({ app, req, res, error })
  }
  if (!answerGate.isAnswered(res)) answer(app, req, res, failure(app, res, error))
  else if (!res.writableEnded) setImmediate(cut, req, res)
}

/** Tells of an error those who listen for errors, and whoever reads what the program prints. */
export function report(event: ErrorEvent): void {
  if (errors.hasSubscribers) errors.publish(event)
  if (event.app.get('env') !== 'test' && !event.isPrinted) setImmediate(print, event.error)
}

/** What was written in the same turn as the error has left by then, as it has in Express. */
function cut(req: Request, res: Response): void {
  if (res.writableEnded) return
  // Over HTTP/2 the connection is not this answer's alone.
  if (req.httpVersionMajor >= 2) res.destroy()
  else req.socket?.destroy()
}

interface Answer {
  status: number
  headers: Record<string, string>
  /** For people; in production never more than the status text. */
  text: string
  error?: unknown
}

function notFound(req: Request): Answer {
  return { status: 404, headers: {}, text: `Cannot ${req.method} ${encodedPath(req)}` }
}

function failure(app: Application, res: Response, error: unknown): Answer {
  const own = statusOf(error)
  const status = own ?? (isErrorStatus(res.statusCode) ? res.statusCode : 500)
  const statusText = STATUS_CODES[status] ?? String(status)
  return {
    status,
    // An error that does not know its status cannot know the headers that go with it.
    headers: own === undefined ? {} : headersOf(error),
    text: app.get('env') === 'production' ? statusText : (traceOf(error) ?? statusText),
    error,
  }
}

function answer(
  app: Application,
  req: Request,
  res: Response,
  { status, headers, text, error }: Answer,
): void {
  const asProblem = app.enabled('problem details') || prefersProblem(req, res, error)
  const { type, policy, body } = asProblem
    ? problem(problemDetails(status, text, error))
    : page(app, req, res, status, text, error)
  whenRead(req, res, () =>
    answerGate.replace(res, () => {
      // Meanwhile the client may have gone, or a late handler have answered.
      if (answerGate.isAnswered(res) || res.destroyed) return
      res.statusCode = status
      if (req.httpVersionMajor < 2) res.statusMessage = STATUS_CODES[status] ?? ''
      // What described the body that failed does not describe this one.
      for (const name of BODY_HEADERS) res.removeHeader(name)
      // One removed is one that node never sends again, and an answer that then loses its length, too,
      // could only end with its connection.
      const coding = res.getHeader?.('Transfer-Encoding') // a test's stand-in may lack it
      const isChunked = typeof coding === 'string' && /^\s*chunked\s*$/i.test(coding)
      if (coding !== undefined && !isChunked) res.removeHeader('Transfer-Encoding')
      setValidHeaders(res, headers)
      res.setHeader('Content-Security-Policy', policy)
      res.setHeader('X-Content-Type-Options', 'nosniff')
      res.setHeader('Content-Type', type)
      if (!isChunked) res.setHeader('Content-Length', Buffer.byteLength(body))
      if (req.method === 'HEAD') res.end()
      else res.end(body, 'utf8')
    }),
  )
}

const NO_RESOURCES = "default-src 'none'"

function problem(body: string): FallbackPage {
  return { type: 'application/problem+json; charset=utf-8', policy: NO_RESOURCES, body }
}

/** In development somebody may have a better one. */
function page(
  app: Application,
  req: Request,
  res: Response,
  status: number,
  text: string,
  error: unknown,
): FallbackPage {
  const given = { type: 'text/html; charset=utf-8', policy: NO_RESOURCES, body: errorPage(text) }
  if (fallbacks.hasSubscribers && app.get('env') === 'development')
    fallbacks.publish({ app, req, res, error, status, page: given })
  return given
}

/** What an error tells to programs is lost on a page: whoever does not ask for a page gets it as JSON. */
function prefersProblem(req: Request, res: Response, error: unknown): boolean {
  if (extensionMembers(error) === undefined) return false
  res.vary('Accept')
  const preferred = req.accepts(['json', 'application/problem+json', 'html'])
  return preferred !== 'html' && preferred !== false
}

const BODY_HEADERS = ['Content-Encoding', 'Content-Language', 'Content-Range']

/**
 * Many clients read no answer while they are writing; one that asked first is not writing.
 *
 * A handler may have called `next()` and answer all the same, at once or a promise later: as in Express, it has
 * until the end of its turn.
 */
function whenRead(req: Request, res: Response, write: () => void): void {
  if (awaitsContinue(req, res)) write()
  else drain(req, res, () => setImmediate(write))
}

function statusOf(error: unknown): number | undefined {
  const { status, statusCode } = Object(error) as { status?: unknown; statusCode?: unknown }
  return [status, statusCode].find(isErrorStatus)
}

function isErrorStatus(status: unknown): status is number {
  return typeof status === 'number' && status >= 400 && status < 600
}

function headersOf(error: unknown): Record<string, string> {
  const { headers } = Object(error) as { headers?: unknown }
  return headers && typeof headers === 'object' ? { ...(headers as Record<string, string>) } : {}
}

/** Whoever made the error may have made its headers of what a client sent: a bad one is left out. */
function setValidHeaders(res: Response, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      res.setHeader(name, value)
    } catch (error) {
      print(error)
    }
  }
}

/** The stack, or for what was thrown and is no error its text; `undefined` when it has none. */
function traceOf(error: unknown): string | undefined {
  try {
    const { stack, toString } = Object(error) as { stack?: unknown; toString?: unknown }
    if (typeof stack === 'string' && stack) return stack
    return typeof toString === 'function' ? String(error) || undefined : undefined
  } catch {
    return undefined // a `toString` that throws
  }
}

/** What cannot be printed must not end the process. */
export function print(error: unknown): void {
  try {
    console.error(error)
  } catch {
    console.error('An error that cannot be printed')
  }
}

function encodedPath(req: Request): string {
  const target = req.originalUrl || req.url || 'resource'
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] || '/'
  return path.replace(NOT_IN_URLS, (text) =>
    /\p{Surrogate}/u.test(text) ? '%EF%BF%BD' : encodeURIComponent(text),
  )
}

/** Everything but legal characters, and a `%` that does not start two hex digits. */
const NOT_IN_URLS = /%(?![0-9a-f]{2})|[^\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7a\x7c\x7e%]/giu
