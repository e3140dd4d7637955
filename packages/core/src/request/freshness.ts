// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { fresh as isFresh } from '@tokkyu/session/http'
import type { DispatchedRequest } from '../types/dispatched.ts'

/** Whether what the client holds is still what the response is about to say. */
export function fresh(this: DispatchedRequest): boolean {
  const { method, res } = this
  if (method !== 'GET' && method !== 'HEAD' && method !== 'QUERY') return false
  const { statusCode } = res
  if ((statusCode < 200 || statusCode >= 300) && statusCode !== 304) return false
  return isFresh(this.headers, {
    etag: res.getHeader('ETag'),
    'last-modified': res.getHeader('Last-Modified'),
  })
}

export function stale(this: DispatchedRequest): boolean {
  return !this.fresh
}
