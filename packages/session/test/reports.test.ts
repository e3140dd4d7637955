import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerResponse } from 'node:http'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import session from '@tokkyu/session'
import type { SessionRequest, SessionStore } from '@tokkyu/session'
import { secret } from './all-stores.ts'
import { table } from './foreign-shapes.ts'

describe('a handshake whose session cannot be stored', () => {
  it('is reported once, however often it is written', async () => {
    const store: SessionStore = {
      get: async () => {},
      set: async () => {
        throw new Error('full')
      },
      destroy: async () => {},
    }
    const errors: unknown[] = []
    const req = { url: '/', headers: {}, socket: {} } as unknown as SessionRequest
    const res = {
      setHeader: () => {},
      getHeader: () => {},
      writeHead: () => {},
      end: () => {},
    } as unknown as ServerResponse
    session({ secret, store })(req, res, (error) => {
      if (error) errors.push((error as Error).message)
    })
    ;(res.writeHead as unknown as () => void)()
    Object.assign(req.session as object, { user: 'ada' })
    res.end()
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
    expect(errors).toEqual(['full'])
  })
})

describe('an error of touch under Express', () => {
  it('reaches the error handlers and leaves the connection to the next request', async () => {
    const rows = table()
    const store: SessionStore = {
      get: async (id) => rows.get(id),
      set: async (id, data) => rows.set(id, data),
      touch: async () => {
        throw new Error('no touch')
      },
      destroy: async (id) => rows.destroy(id),
    }
    const app = express()
    app.use(session({ secret, store, resave: false, saveUninitialized: true }) as never)
    app.get('/', (_req, res) => void res.send('whole'))
    let seen: (message: string) => void
    const handled = new Promise<string>((resolve) => {
      seen = resolve
    })
    const onError: express.ErrorRequestHandler = (error, _req, _res, next) => {
      next(error) // to the final handler, which looks at the connection at once
      seen((error as Error).message)
    }
    app.use(onError)
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => {
      agent.destroy()
      server.close()
    })

    const { cookie } = await get()
    expect(await get(cookie)).toMatchObject({ text: 'whole', reused: true })
    expect(await handled).toBe('no touch')
    await new Promise(setImmediate)
    expect(await get()).toMatchObject({ text: 'whole', reused: true })

    function get(sent?: string) {
      return new Promise<{ text: string; reused: boolean; cookie: string | undefined }>(
        (resolve, reject) => {
          const { port } = server.address() as AddressInfo
          const headers = sent === undefined ? {} : { cookie: sent }
          const request = http.get({ port, host: '127.0.0.1', agent, headers }, (res) => {
            let text = ''
            res.on('data', (chunk) => (text += String(chunk)))
            const [line] = res.headers['set-cookie'] ?? []
            res.on('end', () =>
              resolve({ text, reused: request.reusedSocket, cookie: line?.split(';', 1)[0] }),
            )
          })
          request.on('error', reject)
        },
      )
    }
  })
})
