import type { IncomingMessage, ServerResponse } from 'node:http'
import { encodeUrl } from '../response/encode-url.ts'
import { escapeHtml } from '../response/escape-html.ts'

/** Sends the client from the name of a directory to the same with a slash, query and all. */
export function redirectToDirectory(
  req: IncomingMessage & { originalUrl?: string },
  res: ServerResponse,
): void {
  const { pathname, search } = splitTarget(req.originalUrl ?? req.url ?? '/')
  const location = encodeUrl(localPath(`${pathname}/`) + search)
  const page = htmlPage('Redirecting', `Redirecting to ${escapeHtml(location)}`)
  res.statusCode = 301
  res.setHeader('Content-Type', 'text/html; charset=UTF-8')
  res.setHeader('Content-Length', Buffer.byteLength(page))
  res.setHeader('Content-Security-Policy', "default-src 'none'")
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('Location', location)
  res.end(page)
}

/** Path and query of a request target, also of one in absolute form (RFC 9112 §3.2.2). */
export function splitTarget(target: string): { pathname: string; search: string } {
  const start = target.startsWith('/') ? 0 : authorityEnd(target)
  const query = target.indexOf('?', start)
  const end = query === -1 ? target.length : query
  return { pathname: target.slice(start, end), search: target.slice(end) }
}

function authorityEnd(target: string): number {
  return /^[a-z][a-z\d+.-]*:\/\/[^/?]*/i.exec(target)?.[0].length ?? 0
}

/** `//host` and `/\host` name another host to a browser (CVE-2015-1164). */
function localPath(path: string): string {
  return path.replaceAll('\\', '%5C').replace(/^\/+/, '/')
}

function htmlPage(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
</head>
<body>
<pre>${body}</pre>
</body>
</html>
`
}
