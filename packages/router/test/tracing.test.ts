import { tracingChannel } from 'node:diagnostics_channel'
import { setTimeout as wait } from 'node:timers/promises'
import ExpressRouter from 'router'
import { describe, expect, it } from 'vitest'
import { Router } from '@tokkyu/router'

type Next = (error?: unknown) => unknown
type AnyRouter = Record<string, (...args: unknown[]) => AnyRouter>
type Scenario = (router: AnyRouter, Implementation: new () => AnyRouter) => void
const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const

/** What a subscriber of the channel sees of one request. */
async function eventsOf(Implementation: unknown, build: Scenario, url: string) {
  const events: unknown[] = []
  const channel = tracingChannel('express.router.request')
  const listeners = Object.fromEntries(
    EVENTS.map((event) => [
      event,
      (context: Record<string, unknown>) => {
        const { handler, route, param, error, result, errorHandler } = context
        const name = (handler as { name: string }).name
        const text = error instanceof Error ? error.message : error
        events.push([event, name, route, param, text, result, errorHandler])
      },
    ]),
  )
  const router = new (Implementation as new () => AnyRouter)()
  build(router, Implementation as new () => AnyRouter)
  channel.subscribe(listeners as never)
  try {
    await new Promise((resolve) => {
      const res = { end: resolve }
      router['handle']!({ method: 'GET', url }, res, resolve)
    })
    await wait(10)
  } finally {
    channel.unsubscribe(listeners as never)
  }
  return events
}

const end = (_req: unknown, res: { end(): void }) => res.end()
const scenarios: [string, Scenario][] = [
  [
    'handlers that return',
    (router) => {
      router['use']!(function log(_req: unknown, _res: unknown, next: Next) {
        next()
      })
      router['get']!(['/x', '/a/:b'], end)
    },
  ],
  [
    'a promise',
    (router) =>
      router['get']!('/a/:b', async function slow(_req: unknown, res: { end(): void }) {
        await wait(1)
        res.end()
        return 'value'
      }),
  ],
  [
    'a throw, and its handler',
    (router) => {
      router['get']!('/a/:b', function fails() {
        throw new Error('boom')
      })
      router['use']!(function handles(
        _e: unknown,
        _req: unknown,
        res: { end(): void },
        _n: unknown,
      ) {
        res.end()
      })
    },
  ],
  [
    'an error that is passed and passed on',
    (router) => {
      router['get']!('/a/:b', function passes(_req: unknown, _res: unknown, next: Next) {
        next(new Error('boom'))
      })
      router['use']!(function onward(e: unknown, _req: unknown, _res: unknown, next: Next) {
        next(e)
      })
    },
  ],
  [
    'a rejection',
    (router) => router['get']!('/a/:b', async () => Promise.reject(new Error('boom'))),
  ],
  [
    'a mounted router and a param callback',
    (router, Implementation) => {
      const inner = new Implementation()
      inner['param']!('b', function load(_req: unknown, _res: unknown, next: Next) {
        next()
      })
      inner['get']!('/:b', end)
      router['use']!('/a', inner)
    },
  ],
  [
    'the signal to leave a route',
    (router) => {
      router['get']!('/a/:b', function leaves(_req: unknown, _res: unknown, next: Next) {
        next('route')
      })
      router['get']!('/a/b', end)
    },
  ],
]

describe('the diagnostics channel express.router.request', () => {
  it.each(scenarios)("tells of %s what Express's router tells", async (_name, build) => {
    const expected = await eventsOf(ExpressRouter, build, '/a/b')
    expect(expected.length).toBeGreaterThan(1)
    expect(await eventsOf(Router, build, '/a/b')).toEqual(expected)
  })
})
