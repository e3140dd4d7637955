import type { IncomingMessage, ServerResponse } from 'node:http'
import { vi } from 'vitest'
import { responseCache, type ResponseCacheOptions } from '@tokkyu/cache'

import { type Answer, ask, serve } from './serve.ts'

export type Handler = (req: IncomingMessage, res: ServerResponse, count: number) => void

/** Headers by name; several lines where there are several values. */
export type Headers = Readonly<Record<string, string | string[]>>

export interface Site {
  readonly get: (path: string, headers?: Headers, method?: string) => Promise<Answer>
  readonly cache: ReturnType<typeof responseCache>
  readonly port: number
  /** How often the handler was asked. */
  readonly count: () => number
}

/** A site behind a cache; the clock stands still unless the test moves it. */
export async function site(handler: Handler, options?: ResponseCacheOptions): Promise<Site> {
  vi.useFakeTimers({ toFake: ['Date'] })
  const cache = responseCache(options)
  let count = 0
  const port = await serve((req, res) =>
    cache(req, res, (error) => {
      if (error) res.writeHead(500).end()
      else handler(req, res, ++count)
    }),
  )
  return {
    cache,
    port,
    count: () => count,
    get: (path, headers = {}, method = 'GET') =>
      ask(port, { path, method, headers: { host: 'example.com', ...headers } }),
  }
}

/** Answers with these headers and the number of the answer. */
export const says =
  (headers: Headers, status = 200): Handler =>
  (_req, res, count) =>
    void res.writeHead(status, headers).end(`answer ${count}`)

export const later = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000)
