import { STATUS_CODES } from 'node:http'

import type { Application } from './types/application.ts'
import type { Request } from './types/request.ts'
import type { Response } from './types/response.ts'

/**
 * Answers what no handler answered: 404, or the error's status.
 *
 * In production the client reads the status text only; elsewhere the stack. Once headers were sent
 * nothing true can be said any more, so the connection is cut instead of garbled.
 */
export function finalHandler(app: Application, req: Request, res: Response, error: unknown): void {
  if (error == null || error === false || error === '') {
    if (!res.headersSent) answer(req, res, 404, `Cannot ${req.method} ${encodeTarget(req)}`, {})
    return
  }
  if (app.get('env') !== 'test') setImmediate(() => console.error(error))
  if (res.headersSent) {
    req.socket?.destroy()
    return
  }
  const ownStatus = statusOf(error)
  const status = ownStatus ?? statusOfResponse(res)
  const headers = ownStatus === undefined ? {} : headersOf(error)
  answer(req, res, status, messageOf(error, status, app.get('env')), headers)
}

function answer(
  req: Request,
  res: Response,
  status: number,
  message: string,
  headers: Record<string, string>,
): void {
  whenRead(req, () => {
    const page = htmlPage(message)
    res.statusCode = status
    if (req.httpVersionMajor < 2) res.statusMessage = STATUS_CODES[status] ?? ''
    // What described the body that failed does not describe this one.
    for (const name of ['Content-Encoding', 'Content-Language', 'Content-Range']) res.removeHeader(name)
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
    res.setHeader('Content-Security-Policy', "default-src 'none'")
    res.setHeader('X-Content-Type-Options', 'nosniff')
    res.setHeader('Content-Type', 'text/html; charset=utf-8')
    res.setHeader('Content-Length', Buffer.byteLength(page))
    if (req.method === 'HEAD') res.end()
    else res.end(page)
  })
}

/** Waits until the request's body has arrived: an answer to half a request breaks the connection. */
function whenRead(req: Request, write: () => void): void {
  if (req.complete || req.destroyed || typeof req.resume !== 'function') {
    write()
    return
  }
  req.unpipe()
  let done = false
  const once = () => {
    if (done) return
    done = true
    write()
  }
  req.once('end', once).once('close', once).once('error', once)
  req.resume()
}

function statusOf(error: unknown): number | undefined {
  const { status, statusCode } = Object(error) as { status?: unknown; statusCode?: unknown }
  return [status, statusCode].find(isErrorStatus)
}

function statusOfResponse(res: Response): number {
  return isErrorStatus(res.statusCode) ? res.statusCode : 500
}

function isErrorStatus(status: unknown): status is number {
  return typeof status === 'number' && status >= 400 && status < 600
}

function headersOf(error: unknown): Record<string, string> {
  const { headers } = Object(error) as { headers?: unknown }
  return headers && typeof headers === 'object' ? { ...(headers as Record<string, string>) } : {}
}

function messageOf(error: unknown, status: number, env: string): string {
  const statusText = STATUS_CODES[status] ?? String(status)
  if (env === 'production') return statusText
  const { stack } = Object(error) as { stack?: unknown }
  return String(stack || error) || statusText
}

function encodeTarget(req: Request): string {
  const path = (req.originalUrl || req.url || 'resource').split(/[?#]/, 1)[0] ?? ''
  return path.replace(UNSAFE_IN_TARGET, (text) => encodeURIComponent(text))
}

/** What encodeurl encodes: everything but legal characters and `%` before two hex digits. */
const UNSAFE_IN_TARGET = /%(?![0-9a-f]{2})|[^\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7a\x7c\x7e]/gi

function htmlPage(message: string): string {
  const body = escapeHtml(message).replaceAll('\n', '<br>').replaceAll('  ', ' &nbsp;')
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Error</title>
</head>
<body>
<pre>${body}</pre>
</body>
</html>
`
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
