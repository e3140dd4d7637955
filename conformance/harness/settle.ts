import type { Reply } from './case.ts'

/** Takes out what is never twice the same. */
export function settle(reply: Reply): Reply {
  const headers = { ...reply.headers }
  delete headers.date
  if (headers['x-response-time']) headers['x-response-time'] = '(time)'
  const cookies = headers['set-cookie']
  if (cookies) headers['set-cookie'] = cookies.map((cookie) => settleCookie(cookie))
  return { ...reply, headers, body: settleBody(reply.body, headers) }
}

/** A date near to now is told by its distance, in steps of ten seconds. */
function settleCookie(cookie: string): string {
  return cookie.replace(/(expires=)([^;]+)/i, (whole, name: string, date: string) => {
    const seconds = (Date.parse(date) - Date.now()) / 1000
    return Math.abs(seconds) < 86_400 ? `${name}(in ${Math.round(seconds / 10) * 10} s)` : whole
  })
}

/** The message of an error page is compared, its stack is not; nor a boundary that is drawn. */
function settleBody(body: string, headers: Reply['headers']): string {
  const withoutStack = body.replaceAll(/<br> &nbsp; &nbsp;at [^\n]*?(?=<\/pre>)/g, '')
  if (withoutStack !== body) headers['content-length'] = '(stack)'
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1]
  if (boundary === undefined) return withoutStack
  headers['content-type'] = headers['content-type']?.replace(boundary, '(boundary)')
  return withoutStack.replaceAll(boundary, '(boundary)')
}
