import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drain } from '../../src/body/drain.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** A request whose body is still on its way, and what became of it. */
function refused(): { body: PassThrough; state: { answered: boolean; keepsAlive: boolean } } {
  const body = Object.assign(new PassThrough(), { complete: false, socket: { readable: true } })
  body.on('end', () => (body.complete = true))
  const res = { shouldKeepAlive: true }
  const state = {
    answered: false,
    get keepsAlive(): boolean {
      return res.shouldKeepAlive
    },
  }
  drain(body as never as IncomingMessage, res as ServerResponse, () => (state.answered = true))
  return { body, state }
}

async function drip(body: PassThrough, ms: number): Promise<void> {
  body.write('x')
  await new Promise((resolve) => setImmediate(resolve))
  vi.advanceTimersByTime(ms)
}

describe('what is left of a refused body', () => {
  it('passes before the answer, and the connection stays', async () => {
    const { body, state } = refused()
    await drip(body, 300)
    expect(state.answered).toBe(false)
    body.end()
    await new Promise((resolve) => body.on('close', resolve))
    expect(state).toEqual({ answered: true, keepsAlive: true })
  })

  it('is not waited for after half a second of silence, and the connection is closed', async () => {
    const { body, state } = refused()
    await drip(body, 499)
    expect(state.answered).toBe(false)
    vi.advanceTimersByTime(1)
    expect(state).toEqual({ answered: true, keepsAlive: false })
  })

  it('is not waited for longer than five seconds, however it drips', async () => {
    const { body, state } = refused()
    for (let ms = 0; ms < 4_800; ms += 300) await drip(body, 300)
    expect(state.answered).toBe(false)
    await drip(body, 300)
    expect(state).toEqual({ answered: true, keepsAlive: false })
  })

  it('is not waited for beyond 16 MiB', async () => {
    const { body, state } = refused()
    body.write(Buffer.alloc(2 ** 24 - 1))
    await drip(body, 0)
    expect(state).toEqual({ answered: true, keepsAlive: false })
  })
})
