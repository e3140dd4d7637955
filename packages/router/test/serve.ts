import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

type Routing = (
  req: IncomingMessage,
  res: ServerResponse,
  done: (error?: unknown) => unknown,
) => unknown

/** A plain node:http server around a router, with a final handler that says what reached it. */
export function serve(router: Routing, onEnd: (error: unknown) => void = () => {}) {
  return createServer((req, res) => {
    router(req, res, (error) => {
      onEnd(error)
      const { status, headers } = (error ?? { status: 404 }) as {
        status?: number
        headers?: Record<string, string>
      }
      if (res.headersSent) return res.destroy()
      res.writeHead(status ?? 500, headers)
      return res.end(
        error instanceof Error ? `${error.name}: ${error.message}` : 'nothing answered',
      )
    })
  })
}
