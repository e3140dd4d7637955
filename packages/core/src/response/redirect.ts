// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { STATUS_CODES } from 'node:http'
import { deprecate } from '../deprecate.ts'
import { answerGate } from '@tokkyu/session/http'
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
  answerGate.refuseSecond(this)
  const [status, url] = args.length === 2 ? args : [302, args[0]]
  if (!url) deprecate(redirect, 'res.redirect: Provide a url argument')
  if (typeof url !== 'string') deprecate(redirect, 'res.redirect: Url must be a string')
  if (typeof status !== 'number') deprecate(redirect, 'res.redirect: Status must be a number')

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
