import type { ServerResponse } from 'node:http'

/** Answers OPTIONS with the methods that the routes of the path have. */
export function answerOptions(
  res: ServerResponse,
  methods: readonly string[],
  failed: (error: unknown) => unknown,
): unknown {
  const allow = [...new Set(methods)].toSorted().join(', ')
  try {
    res.setHeader('Allow', allow)
    res.setHeader('Content-Length', Buffer.byteLength(allow))
    res.setHeader('Content-Type', 'text/plain')
    res.setHeader('X-Content-Type-Options', 'nosniff')
    res.end(allow)
    return undefined
  } catch (error) {
    return failed(error)
  }
}
