import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'

import { ask } from '../src/ask.ts'
import type { Attack } from '../src/attack.ts'
import type { Target } from '../src/converse.ts'
import { fromOutside, targetOf } from '../src/outside.ts'
import { run } from '../src/run.ts'
import { faultList, scoreboard } from '../src/scoreboard.ts'

const BOUNDS = { honest: 2_000, patience: 1 }
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const attack: Attack = {
  id: 'framing/test',
  class: 'framing',
  name: 'a test',
  rule: 'RFC 9112',
  steps: ['GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  expect: { status: [400] },
  within: 200,
}

let server: Server | undefined
afterEach(() => void server?.close())

/** A server that answers HEAD, which the honest client asks, after `delay` ms, and does `other` to the rest. */
async function serving(other: (say: (bytes: string) => void) => void, delay = 0): Promise<Target> {
  const listening = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      if (bytes.toString().startsWith('HEAD')) setTimeout(() => socket.write(OK), delay)
      else other((answer) => void socket.write(answer))
    })
  })
  server = listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return { host: '127.0.0.1', port: (listening.address() as AddressInfo).port }
}

describe('a verdict', () => {
  it('is right when all is as the rule asks', async () => {
    const target = await serving((say) => say(OK.replace('200', '400')))
    expect(await ask(target, attack, BOUNDS)).toMatchObject({ verdict: 'right', faults: [] })
  })
  it('is wrong when it is not', async () => {
    const target = await serving((say) => say(OK))
    expect(await ask(target, attack, BOUNDS)).toMatchObject({
      verdict: 'wrong',
      faults: ['200 instead of 400'],
    })
  })
  it('is a hang when nothing comes', async () => {
    const target = await serving(() => {})
    expect(await ask(target, attack, BOUNDS)).toMatchObject({ verdict: 'hang' })
  })
  it('is a hang when an honest client waits too long meanwhile', async () => {
    const target = await serving((say) => say(OK.replace('200', '400')), 100)
    const { verdict, honest } = await ask(target, attack, { honest: 50, patience: 1 })
    expect({ verdict, waited: honest >= 50 }).toEqual({ verdict: 'hang', waited: true })
  })
  it('is a crash when no connection is taken any more', async () => {
    const target = await serving(() => {})
    server?.close()
    expect(await ask(target, attack, BOUNDS)).toMatchObject({ verdict: 'crash' })
  })
})

describe('a run', () => {
  it('asks for nothing that a server has not', async () => {
    const target = await serving((say) => say(OK.replace('200', '400')))
    const lacking = { ...target, lacks: new Set(['session'] as const) }
    const results = await run(lacking, [{ ...attack, needs: 'session' }, attack], BOUNDS)
    expect(results.map(({ outcome }) => outcome)).toMatchObject(['n/a', { verdict: 'right' }])
  })
  it('ends with a server that cannot be started again', async () => {
    const target = await serving(() => {})
    server?.close()
    expect(await run(target, [attack, attack], BOUNDS)).toHaveLength(1)
  })
  it('is told as a table and a list', async () => {
    const target = await serving((say) => say(OK))
    const results = await run(target, [attack], BOUNDS)
    expect(scoreboard([{ title: 'test', results }])).toContain('| 0 of 1, 1 wrong |')
    expect(faultList(results)).toBe(
      '- `framing/test`, a test (RFC 9112): wrong, 200 instead of 400',
    )
  })
})

describe('a server that is attacked by its URL', () => {
  it('is on this machine', async () => {
    const { port } = await serving(() => {})
    expect(await targetOf(`http://127.0.0.1:${port}/app?x=1`, false)).toEqual({
      host: '127.0.0.1',
      port,
      authority: `127.0.0.1:${port}`,
      path: '/app?x=1',
    })
  })
  it.each(['http://192.0.2.1/', 'http://[::ffff:192.0.2.1]/', 'http://0xc0.2/'])(
    'is refused when it is not: %s',
    async (url) => {
      await expect(targetOf(url, false)).rejects.toMatchObject({ code: 'HARDENING_FOREIGN_HOST' })
    },
  )
  it('speaks plain HTTP', async () => {
    await expect(targetOf('https://127.0.0.1/', false)).rejects.toMatchObject({
      code: 'HARDENING_PROTOCOL',
    })
  })
  it('has to be there', async () => {
    const { port } = await serving(() => {})
    server?.close()
    await expect(targetOf(`http://127.0.0.1:${port}/`, false)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
  })
  it('has its name in no body, whose length would be another', () => {
    const bodies = fromOutside.filter(({ steps }) =>
      steps.some(
        (step) =>
          typeof step === 'string' &&
          /^(?:content-length|transfer-encoding):[^]*\r\n\r\n[^]*a\.test/im.test(step),
      ),
    )
    expect(bodies.map(({ id }) => id)).toEqual([])
  })
  it('is asked for its own path, and as its own host', () => {
    const knowing = fromOutside.filter(({ steps }) =>
      steps.some((step) => typeof step === 'string' && /^\w+ \/(?:echo|upload|me)\b/m.test(step)),
    )
    expect(knowing.map(({ id }) => id)).toEqual([])
  })
})
