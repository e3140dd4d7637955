import { Buffer } from 'node:buffer'
import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { discardBody } from '../src/multipart/discard-body.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** A request whose body is still on its way, and what the answer to it would say. */
function refused(headers = {}): {
  body: PassThrough
  answer: { connection: string | undefined }[]
} {
  const body = Object.assign(new PassThrough(), { headers, httpVersionMajor: 1 })
  const answer: { connection: string | undefined }[] = []
  let connection: string | undefined
  const res = Object.assign(new EventEmitter(), {
    setHeader: (_name: string, value: string) => (connection = value),
  })
  const answered = (): void => void answer.push({ connection })
  discardBody(body as never as IncomingMessage, res as never, answered)
  return { body, answer }
}

async function drip(body: PassThrough, ms: number): Promise<void> {
  body.write('x')
  await new Promise((resolve) => setImmediate(resolve))
  vi.advanceTimersByTime(ms)
}

describe('what is left of a refused body', () => {
  it('passes before the answer, and the connection stays', async () => {
    const { body, answer } = refused()
    await drip(body, 300)
    expect(answer).toEqual([])
    body.end()
    await new Promise((resolve) => body.on('close', resolve))
    expect(answer).toEqual([{ connection: undefined }])
  })

  it('is not waited for after half a second of silence, and the connection is closed', async () => {
    const { body, answer } = refused()
    await drip(body, 499)
    expect(answer).toEqual([])
    vi.advanceTimersByTime(1)
    expect(answer).toEqual([{ connection: 'close' }])
  })

  it('is not waited for longer than five seconds, however it drips', async () => {
    const { body, answer } = refused()
    for (let ms = 0; ms < 4_800; ms += 300) await drip(body, 300)
    expect(answer).toEqual([])
    await drip(body, 300)
    expect(answer).toEqual([{ connection: 'close' }])
  })

  it('is not waited for beyond 16 MiB', async () => {
    const { body, answer } = refused()
    body.write(Buffer.alloc(2 ** 24 - 1))
    await drip(body, 0)
    expect(answer).toEqual([{ connection: 'close' }])
  })

  it('is not waited for when it announces more than that', () => {
    expect(refused({ 'content-length': String(2 ** 24 + 1) }).answer).toEqual([
      { connection: 'close' },
    ])
  })
})
