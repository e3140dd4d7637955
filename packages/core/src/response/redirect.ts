// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { STATUS_CODES } from 'node:http'
import { refuseSecondAnswer } from './before-headers.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import { encodeUrl } from './encode-url.ts'
import { escapeHtml } from './escape-html.ts'

/** Sets `Location`, percent-encoding what a URL may not hold. */
export function location(this: DispatchedResponse, url: unknown): DispatchedResponse {
  return this.set('Location', encodeUrl(String(url)))
}

/** Sends the client to another URL: `redirect(url)` with 302, or `redirect(status, url)`. */
export function redirect(
  this: DispatchedResponse,
  ...args: [url: string] | [status: number, url: string]
): void {
  refuseSecondAnswer(this)
  const [status, url] = args.length === 2 ? args : [302, args[0]]
  if (!url) deprecate('Provide a url argument')
  if (typeof url !== 'string') deprecate('Url must be a string')
  if (typeof status !== 'number') deprecate('Status must be a number')

  const address = this.location(url).get('Location') as string
  const reason = STATUS_CODES[status]
  let body = ''
  this.format({
    text: () => {
      body = `${reason}. Redirecting to ${address}`
    },
    html: () => {
      const safe = escapeHtml(address)
      body =
        `<!DOCTYPE html><head><title>${reason}</title></head>` +
        `<body><p>${reason}. Redirecting to ${safe}</p></body>`
    },
    default: () => {},
  })

  this.status(status)
  this.set('Content-Length', Buffer.byteLength(body))
  if (this.req.method === 'HEAD') this.end()
  else this.end(body)
}

/** Express warns of these at each place once; here each is said once. */
function deprecate(message: string): void {
  if (deprecated.has(message)) return
  deprecated.add(message)
  process.emitWarning(`res.redirect: ${message}`, 'DeprecationWarning')
}

const deprecated = new Set<string>()
