import session from '@tokkyu/session'
import type { SessionStore } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { type Answer, type Client, serve } from './client.ts'
import { sleep } from './servers.ts'

/** `/set/KEY` sets a key, `/get` looks; both answer with the session, or with the code of the error. */
export function keysApp(store: SessionStore, storeTimeout: number): Promise<Client> {
  const sessions = session<Record<string, unknown>>({
    secret,
    store,
    storeTimeout,
    resave: false,
    saveUninitialized: false,
  })
  return serve((req, res) => {
    const fail = (error: unknown) => {
      res.statusCode = (error as { status?: number }).status ?? 500
      res.end((error as { code?: string }).code)
    }
    sessions(req, res, (error) => {
      if (error) return fail(error)
      const mine = sessions.of(req)
      const [, verb, key = ''] = (req.url as string).split('/')
      if (verb === 'set') mine[key] = 'x'.repeat(Number(/\d+/.exec(key)?.[0] ?? 1))
      res.end(JSON.stringify(Object.keys(mine).filter((name) => name !== 'cookie')))
    })
  })
}

/** The answer while the store is away. */
export const away = { status: 503, text: 'SESSION_STORE_UNAVAILABLE' }

/** Asks until the client has found the server again, in its own time, and the store answers in its. */
export async function untilAnswered(browser: Client, path = '/get'): Promise<Answer> {
  for (;;) {
    const answer = await browser.get(path)
    if (answer.status === 200) return answer
    await sleep(50)
  }
}
