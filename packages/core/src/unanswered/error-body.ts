import { STATUS_CODES } from 'node:http'

/** The page people see: plain text in HTML, so that nothing from a request can become markup. */
export function errorPage(text: string): string {
  const body = escapeHtml(text).replaceAll('\n', '<br>').replaceAll('  ', ' &nbsp;')
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

/** The same for programs (RFC 9457): what may not be told to a person is not told to them either. */
export function problemDetails(status: number, text: string, error: unknown): string {
  const title = STATUS_CODES[status] ?? 'Error'
  const { code, expose, message } = Object(error) as Record<string, unknown>
  const isExposed = error === undefined || (expose ?? status < 500)
  const detail = isExposed && typeof message === 'string' ? message : text
  return JSON.stringify({
    ...(isExposed && extensionMembers(error)),
    type: 'about:blank',
    title,
    status,
    ...(detail !== title && { detail }),
    ...(isExposed && typeof code === 'string' && { code }),
  })
}

/** What an error says to programs in members of its own (RFC 9457 §3.2): its `problem`, if it has one. */
export function extensionMembers(error: unknown): object | undefined {
  const { problem } = Object(error) as { readonly problem?: unknown }
  return typeof problem === 'object' && problem !== null ? problem : undefined
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
}
