import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

import { livingBytes, until } from '../resources.ts'
import { serve } from './client.ts'
import {
  continuation,
  EMPTY,
  frame,
  get,
  open,
  openHeaders,
  PING,
  post,
  SETTINGS,
  uint32,
} from './frames.ts'

/*
 * A client that speaks frames by hand (RFC 9113 §4.1). Whatever it sends: its connection ends or stands
 * still, what it costs is bounded, and an honest client is answered meanwhile.
 */

const app = express().set('env', 'test')
app.get('/', (_req, res) => void res.send('hello'))
app.get('/slow', (_req, res) => void setTimeout(() => res.send('late'), 20))
app.post('/', express.raw({ type: () => true }), (req, res) => void res.json(req.body.length))

describe('a flood over HTTP/2', () => {
  it.each([
    [
      'of streams that are opened and reset at once (CVE-2023-44487)',
      (at: number) => Buffer.concat([get(stream(at), '/slow'), reset(stream(at))]),
      20_000,
    ],
    [
      'of CONTINUATION frames without an end (CVE-2024-27983)',
      (at: number) => (at === 0 ? openHeaders(1) : continuation(1)),
      50_000,
    ],
    ['of SETTINGS, each to be acknowledged (CVE-2019-9515)', () => SETTINGS, 100_000],
    ['of PING, each to be answered (CVE-2019-9512)', () => PING, 100_000],
    [
      'of empty DATA frames (CVE-2019-9518)',
      (at: number) => (at === 0 ? post(1) : frame(0, 0, EMPTY, 1)),
      100_000,
    ],
    ['of streams that are never ended', (at: number) => post(stream(at)), 5000],
    ['of PRIORITY frames', (at: number) => priority(stream(at)), 100_000],
    ['of WINDOW_UPDATE frames that overflow', () => frame(8, 0, uint32(2 ** 31 - 1), 0), 1000],
    ['of frames of no kind', () => frame(0xfa, 0, Buffer.alloc(100), 0), 50_000],
    ['of frames that are too large', () => frame(0, 0, Buffer.alloc(20_000), 1), 100],
  ])('%s is bounded, and others are answered meanwhile', async (_what, make, count) => {
    const { port, get: askHonestly } = await serve(app)
    await askHonestly('/')
    const before = livingBytes()
    const attacker = await open(port)
    let slowest = 0
    for (let at = 0; at < count && !attacker.destroyed;) {
      const pieces: Buffer[] = []
      for (let many = 0; many < 500 && at < count; many++) pieces.push(make(at++))
      // What the server does not read fills the buffers of the kernel, and then the attacker waits.
      const isFlowing = attacker.write(Buffer.concat(pieces))
      const began = performance.now()
      // oxlint-disable-next-line no-await-in-loop -- meanwhile
      const honest = await askHonestly('/')
      slowest = Math.max(slowest, performance.now() - began)
      expect(honest.text).toBe('hello')
      // oxlint-disable-next-line no-await-in-loop -- meanwhile
      if (!isFlowing) await Promise.race([once(attacker, 'drain'), pause(), closed(attacker)])
    }
    expect(slowest).toBeLessThan(30_000)
    expect(livingBytes() - before).toBeLessThan(60_000_000)
    attacker.destroy()
    await until(() => livingBytes() - before < 20_000_000, 'memory given back')
  })

  it('of unread answers waits for its reader, and others are answered meanwhile', async () => {
    const { port, get: askHonestly } = await serve(
      express().get('/', (_req, res) => void res.send(Buffer.alloc(1_000_000))),
    )
    const attacker = await open(port)
    attacker.pause()
    for (let at = 0; at < 200; at++) attacker.write(get(stream(at), '/'))
    expect((await askHonestly('/')).text).toHaveLength(1_000_000)
    attacker.destroy()
  })
})

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()))

const stream = (at: number): number => at * 2 + 1
const reset = (id: number): Buffer => frame(3, 0, uint32(8), id)
const priority = (id: number): Buffer => frame(2, 0, Buffer.from([0, 0, 0, 0, 1]), id)
