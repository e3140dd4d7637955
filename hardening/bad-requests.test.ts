import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'

import express from '@tokkyu/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { badRequests } from './bad-requests.ts'

const app = express()
app.set('env', 'production')
app.use(express.json(), express.urlencoded({ extended: true }), express.text())
app.get('/', (_req, res) => {
  res.send('reached')
})
app.post('/echo', (req, res) => {
  res.json(req.body ?? null)
})

const server = app.listen(0, '127.0.0.1')
const failures: unknown[] = []
const note = (error: unknown): void => void failures.push(error)

// What the final handler tells the operator is not what is looked at here.
vi.spyOn(console, 'error').mockImplementation(() => {})

beforeAll(async () => {
  if (!server.listening) await once(server, 'listening')
  process.on('uncaughtException', note).on('unhandledRejection', note)
})

afterAll(() => {
  process.off('uncaughtException', note).off('unhandledRejection', note)
  server.closeAllConnections()
  server.close()
})

describe('a bad request', () => {
  it.each(badRequests)('$name is answered $status ($source)', async ({ bytes, status }) => {
    const { head, body } = await exchange(bytes)
    expect(status).toContain(Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]))
    expect(body).not.toMatch(/ at .*:\d+:\d+|node_modules|reached/)
  })

  it('leaves the server answering, and raises nothing', async () => {
    const { head } = await exchange('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 200 /)
    expect(failures).toEqual([])
  })
})

/** Sends the bytes on a connection of their own, and gives what comes back until the answer stands or 2 s passed. */
async function exchange(bytes: string): Promise<{ head: string; body: string }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let reply = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    reply += text
  })
  const answered = new Promise<void>((resolve) => {
    const finished = (): void => {
      if (reply.includes('\r\n\r\n')) setTimeout(resolve, 20)
    }
    socket.on('data', finished).on('close', resolve).on('error', resolve)
    setTimeout(resolve, 2_000).unref()
  })
  socket.write(bytes, 'latin1')
  await answered
  socket.destroy()
  const [head = '', ...rest] = reply.split('\r\n\r\n')
  return { head, body: rest.join('\r\n\r\n') }
}
