import type { ServerResponse } from 'node:http'

/** Takes back what described the dropped answer; what guards the page or the origin stays. */
export function clearAnswer(res: ServerResponse): void {
  // A response of another kind may not know which headers it has.
  for (const name of res.getHeaderNames?.() ?? []) {
    if (DESCRIBES_ANSWER.test(name)) res.removeHeader(name)
  }
  res.statusCode = 200
  res.statusMessage = undefined as unknown as string
}

const DESCRIBES_ANSWER =
  /^(?:content-(?!security)|etag$|last-modified$|cache-control$|expires$|accept-ranges$|location$|set-cookie$|transfer-encoding$)/
