import type { DispatchedResponse } from '../types/dispatched.ts'

/**
 * Whether the status forbids a body (RFC 9110 §15.3.5, §15.3.6, §15.4.5); what would describe one is
 * then taken out of the headers.
 */
export function hasNoBody(res: DispatchedResponse): boolean {
  const { statusCode } = res
  if (statusCode === 204 || statusCode === 304) {
    res.removeHeader('Content-Type')
    res.removeHeader('Content-Length')
    res.removeHeader('Transfer-Encoding')
    return true
  }
  if (statusCode === 205) {
    res.setHeader('Content-Length', '0')
    res.removeHeader('Transfer-Encoding')
    return true
  }
  return false
}
