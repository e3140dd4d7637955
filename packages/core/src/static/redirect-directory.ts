import type { IncomingMessage, ServerResponse } from 'node:http'
import { splitTarget } from '../request/target.ts'
import { encodeUrl } from '../response/encode-url.ts'
import { escapeHtml } from '../response/escape-html.ts'

/** Sends the client from the name of a directory to the same with a slash, query and all. */
export function redirectToDirectory(
  req: IncomingMessage & { originalUrl?: string },
  res: ServerResponse,
): void {
  const { path, query } = splitTarget(req.originalUrl ?? req.url ?? '/')
  const location = encodeUrl(localPath(`${path}/`) + (query === null ? '' : `?${query}`))
  const page = htmlPage('Redirecting', `Redirecting to ${escapeHtml(location)}`)
  res.statusCode = 301
  res.setHeader('Content-Type', 'text/html; charset=UTF-8')
  res.setHeader('Content-Length', Buffer.byteLength(page))
  res.setHeader('Content-Security-Policy', "default-src 'none'")
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('Location', location)
  res.end(page)
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
