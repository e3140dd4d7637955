/* oxlint-disable unicorn/consistent-function-scoping -- doubles are made where they are described */
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import session from '@tokkyu/session'
import type { SessionRequest, SessionStore } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { serve } from './client.ts'
import { table } from './foreign-shapes.ts'

/** Answers later, so that answers are held. */
function lateStore(error?: Error): SessionStore {
  const rows = table()
  return {
    get: async (id) => rows.get(id),
    set: async (id, data) => {
      if (error) throw error
      rows.set(id, data)
    },
    destroy: async (id) => rows.destroy(id),
  }
}

describe('a response whose methods other middleware has replaced', () => {
  it('keeps them while an answer is held and after it', async () => {
    const names: string[] = []
    const sessions = session({ secret, store: lateStore() })
    const client = await serve((req, res) => {
      const setHeader = res.setHeader.bind(res)
      res.setHeader = (name, value) => {
        names.push(name)
        return setHeader(name, value)
      }
      sessions(req, res, () => res.end())
    })
    const { headers } = await client.get('/')
    expect(headers['set-cookie']).toHaveLength(1)
    expect(names).toContain('Set-Cookie')
  })
})

describe('a response that is no ServerResponse', () => {
  const request = () => ({ url: '/', headers: {}, socket: {} }) as unknown as SessionRequest
  const double = () => {
    const headers: Record<string, unknown> = {}
    let end = (): void => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const res = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => void (headers[name] = value),
      getHeader: (name: string) => headers[name],
      removeHeader: (name: string) => void delete headers[name],
      end: () => end(),
    }
    return { headers, ended, res: res as unknown as ServerResponse }
  }

  it('gets its own methods back, and the cookie by them', async () => {
    const { headers, ended, res } = double()
    session({ secret, store: lateStore() })(request(), res, () => res.end())
    await ended
    expect(String(headers['Set-Cookie'])).toMatch(/^connect\.sid=/)
  })

  it('that cannot list its headers is answered 503 when the store is away', async () => {
    const { ended, res } = double()
    const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    const errors: unknown[] = []
    session({ secret, store: lateStore(away) })(request(), res, (error) => {
      if (error) {
        errors.push((error as { status?: unknown }).status)
        res.end()
      } else res.end()
    })
    await ended
    expect(errors).toEqual([503])
  })
})

describe('writeHead() without arguments on a streamed answer', () => {
  it('sends the status that was set, and the cookie, after the session is stored', async () => {
    const store = lateStore()
    const sessions = session({ secret, store })
    const client = await serve((req, res) =>
      sessions(req, res, () => {
        res.statusCode = 202
        ;(res as unknown as { writeHead: () => void }).writeHead()
        res.write('one ')
        res.statusCode = 500 // too late, as with the headers sent
        res.end('two')
      }),
    )
    const { status, headers, text } = await client.get('/')
    expect([status, text]).toEqual([202, 'one two'])
    expect(headers['set-cookie']).toHaveLength(1)
  })
})
