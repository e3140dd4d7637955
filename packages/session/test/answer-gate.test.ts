import http from 'node:http'
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { answerGate } from '@tokkyu/session'
import { serve } from './client.ts'
import type { Client } from './client.ts'

/** A framework of the smallest kind: a prototype for its responses, and a way to answer with an error. */
function serveWithGate(handler: (res: ServerResponse) => void): Promise<Client> {
  const response = Object.create(http.ServerResponse.prototype) as ServerResponse
  answerGate.install(response, (res, error) => {
    res.writeHead(503, { 'X-Error': (error as Error).message }).end('sorry')
  })
  return serve((_req, res) => {
    Object.setPrototypeOf(res, response)
    handler(res)
  })
}

const later = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the gate before the head, on a prototype of responses', () => {
  it('runs hooks, the one added last first, and waits for them', async () => {
    const order: string[] = []
    const client = await serveWithGate((res) => {
      answerGate.addHook(res, () => {
        order.push('first')
        res.setHeader('X-Order', order.join(' '))
      })
      answerGate.addHook(res, async () => {
        await later()
        order.push('last')
      })
      res.write('one ')
      res.end('two')
    })
    const { headers, text } = await client.get('/')
    expect([headers['x-order'], text]).toEqual(['last first', 'one two'])
  })

  it('lets the answer of a failed hook be replaced, and swallows what the handler still writes', async () => {
    const client = await serveWithGate((res) => {
      answerGate.addHook(res, async () => {
        await later()
        throw new Error('no store')
      })
      res.setHeader('ETag', '"1"')
      res.writeHead(201, { 'X-Made': '1' })
      res.write('made')
      setTimeout(() => res.end('more'), 5)
    })
    const { status, headers, text } = await client.get('/')
    expect([status, headers['x-error'], text]).toEqual([503, 'no store', 'sorry'])
    expect(headers).not.toHaveProperty('etag')
    expect(headers).not.toHaveProperty('x-made')
  })

  it('refuses a hook, and a second answer, once an answer has begun', async () => {
    const codes: unknown[] = []
    const client = await serveWithGate((res) => {
      answerGate.addHook(res, later)
      res.end('only')
      for (const late of [() => answerGate.addHook(res, later), () => answerGate.refuseSecond(res)])
        try {
          late()
        } catch (error) {
          codes.push((error as { code: string }).code)
        }
    })
    expect((await client.get('/')).text).toBe('only')
    expect(codes).toEqual(['ERR_HTTP_HEADERS_SENT', 'ERR_HTTP_HEADERS_SENT'])
  })

  it('lets a response without hooks pass, and says that it is open', async () => {
    const seen: unknown[] = []
    const client = await serveWithGate((res) => {
      seen.push(answerGate.isOpen(res), answerGate.isAnswered(res))
      res.end('plain')
      seen.push(answerGate.isOpen(res), answerGate.isAnswered(res))
    })
    expect((await client.get('/')).text).toBe('plain')
    expect(seen).toEqual([true, false, true, true])
  })
})
