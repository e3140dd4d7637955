import type { IncomingMessage, RequestListener } from 'node:http'
import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import session, { MemoryStore, Store } from '@tokkyu/session'
import type {
  GetCallback,
  SessionOptions,
  SetCallback,
  SetOptions,
  StoredSession,
} from '@tokkyu/session'
import { allStores, secret } from './all-stores.ts'
import { serve } from './client.ts'

type Keys = Record<string, unknown>

/** Writes the key its path names, a while after it has read the session. */
function writer(options: SessionOptions): RequestListener {
  const sessions = session<Keys>({ secret, ...options })
  return (req, res) => sessions(req, res, (error) => answer(sessions.of, req, res, error))
}

function answer(
  of: (req: IncomingMessage) => Keys,
  req: IncomingMessage,
  res: Parameters<RequestListener>[1],
  error?: unknown,
): void {
  if (error) {
    res.statusCode = (error as { status?: number }).status ?? 500
    res.end((error as Error).message)
    return
  }
  const mine = of(req)
  const [, verb, key = ''] = (req.url ?? '').split('/')
  if (verb === 'set') {
    mine[key] = true
    setImmediate(() => res.end('set'))
  } else {
    const { cookie: _, ...data } = mine
    res.end(JSON.stringify(data))
  }
}

describe.each(allStores)('%s', (_name, create) => {
  it('loses nothing of 8 concurrent writers, in 200 rounds', { timeout: 60_000 }, async () => {
    // Slow stores of the ecosystem do fewer rounds, of the same kind.
    const rounds = 200
    const lost: string[] = []
    const listener = writer({ store: create(), resave: false, saveUninitialized: true })
    const { request } = await inProcess(listener)
    for (let round = 0; round < rounds; round++) {
      const cookies = cookieOf(await request('/get', undefined))
      const answers = await Promise.all(
        Array.from({ length: 8 }, (__, n) => request(`/set/k${n}`, cookies)),
      )
      // A stateless session lives in the cookie that came last; with the others as it may be.
      const last = cookieOf(answers[round % 8] as string) ?? cookies
      const found = bodyOf(await request('/get', last))
      const missing = Array.from({ length: 8 }, (__, n) => `k${n}`).filter((key) => !found[key])
      if (missing.length > 0) lost.push(`round ${round}: ${missing.join()}`)
    }
    expect(lost).toEqual([])
  })

  it('shows a client that follows a redirect at once what was stored', async () => {
    const sessions = session<{ user: string }>({ secret, store: create(), resave: false })
    const client = await serve((req, res) =>
      sessions(req, res, () => {
        if (req.url === '/in') {
          sessions.of(req).user = 'ada'
          res.writeHead(302, { Location: '/who' })
          res.write('moved')
          setTimeout(() => res.end(), 30)
        } else {
          res.end(String(sessions.of(req).user))
        }
      }),
    )
    for (let round = 0; round < 10; round++) {
      const browser = client.other()
      await browser.headersOf('/in')
      expect((await browser.get('/who')).text).toBe('ada')
    }
  })
})

describe('a store with versions that several processes share', () => {
  // Each has an object of its own, so nothing but the versions joins them.
  class RemoteStore extends Store {
    override readonly versions = true
    readonly #server: MemoryStore
    constructor(server: MemoryStore) {
      super()
      this.#server = server
    }
    override get(id: string, callback: GetCallback): unknown {
      return setImmediate(() => this.#server.get(id, callback, { direct: true }))
    }
    override set(
      id: string,
      data: StoredSession,
      callback: SetCallback,
      options?: SetOptions,
    ): unknown {
      const late: SetCallback = (error, version) => setImmediate(callback, error, version)
      return setImmediate(() => this.#server.set(id, data, late, { ...options, direct: true }))
    }
    override destroy(id: string, callback: () => void): unknown {
      return this.#server.destroy(id, callback)
    }
  }

  it(
    'loses nothing of 8 concurrent writers in 4 processes, in 200 rounds',
    { timeout: 60_000 },
    async () => {
      const server = new MemoryStore()
      const processes = await Promise.all(
        Array.from({ length: 4 }, () =>
          inProcess(
            writer({ store: new RemoteStore(server), resave: false, saveUninitialized: true }),
          ),
        ),
      )
      const ask = (n: number, path: string, cookie?: string) =>
        (processes[n % 4] as (typeof processes)[number]).request(path, cookie)
      let kept = 0
      for (let round = 0; round < 200; round++) {
        const cookie = cookieOf(await ask(round, '/get'))
        await Promise.all(Array.from({ length: 8 }, (_, n) => ask(n, `/set/k${n}`, cookie)))
        kept += Object.keys(bodyOf(await ask(round + 1, '/get', cookie))).length
      }
      expect(kept).toBe(200 * 8)
    },
  )
})

/** A keep-alive connection per writer: 200 rounds of ten requests in well under a second. */
async function inProcess(listener: RequestListener): Promise<{
  request: (path: string, cookie: string | undefined) => Promise<string>
}> {
  const client = await serve(listener)
  const idle: ReturnType<typeof createConnection>[] = []
  return {
    request(path, cookie) {
      const socket = idle.pop() ?? createConnection(client.port, '127.0.0.1').setEncoding('utf8')
      return new Promise((resolve, reject) => {
        let text = ''
        const read = (chunk: string): void => {
          text += chunk
          const end = text.indexOf('\r\n\r\n')
          const length = /content-length: (\d+)/i.exec(text)?.[1]
          if (end === -1 || Buffer.byteLength(text.slice(end + 4)) < Number(length)) return
          socket.off('data', read).off('error', reject)
          idle.push(socket)
          resolve(text)
        }
        socket.on('data', read).once('error', reject)
        const header = cookie === undefined ? '' : `Cookie: ${cookie}\r\n`
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${header}\r\n`)
      })
    },
  }
}

function cookieOf(answerText: string): string | undefined {
  return /^set-cookie: ([^;\r]*)/im.exec(answerText)?.[1]
}

function bodyOf(answerText: string): Keys {
  return JSON.parse(answerText.slice(answerText.indexOf('\r\n\r\n') + 4)) as Keys
}
