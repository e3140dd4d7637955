import type { ServerResponse } from 'node:http'

/** Whether a response is answered or has lost its client: nothing more is to be said by it. */
export function isGone(res: ServerResponse): boolean {
  // A response over HTTP/2 is no stream itself, and has one.
  const { stream } = res as { stream?: { readonly destroyed: boolean } }
  return res.writableEnded || res.destroyed || stream?.destroyed === true
}
