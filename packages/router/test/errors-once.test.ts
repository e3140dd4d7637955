import { EventEmitter } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type NextFunction, Router } from '@tokkyu/router'

type Middleware = (req: unknown, res: unknown, next: NextFunction) => unknown

/** What happened to the error of one request. */
interface Outcome {
  /** Who dealt with it, so that it goes no further. */
  readonly taken: string[]
  /** Who was told that all had gone well. */
  readonly resolved: string[]
}

const kinds: Record<string, (outcome: Outcome) => Middleware> = {
  plain: () => (_req, _res, next) => void next(),
  'return next()': () => (_req, _res, next) => next(),
  'async return next()': () => async (_req, _res, next) => next(),
  later: () => (_req, _res, next) => void setTimeout(next, 0),
  'promise.catch(next)': () => (_req, _res, next) => Promise.resolve(next()).then(undefined, next),
  'no error asked for': () => (_req, _res, next) => void next().then(() => {}),
  await:
    ({ resolved }) =>
    async (_req, _res, next) => {
      await next()
      resolved.push('await')
    },
  'await late':
    ({ resolved }) =>
    async (_req, _res, next) => {
      const following = next()
      await wait(1)
      await following
      resolved.push('await late')
    },
  rethrow:
    ({ resolved }) =>
    async (_req, _res, next) => {
      try {
        await next()
      } catch (error) {
        await wait(0)
        throw error
      }
      resolved.push('rethrow')
    },
  'next(error) again':
    ({ resolved }) =>
    async (_req, _res, next) => {
      try {
        await next()
        resolved.push('next(error) again')
      } catch (error) {
        next(error)
      }
    },
  catch:
    ({ taken }) =>
    async (_req, _res, next) => {
      try {
        await next()
      } catch {
        taken.push('catch')
      }
    },
}

const failures: Record<string, Middleware> = {
  throw: () => {
    throw new Error('boom')
  },
  reject: () => Promise.reject(new Error('boom')),
  'reject later': async () => {
    await wait(1)
    throw new Error('boom')
  },
  pass: (_req, _res, next) => next(new Error('boom')),
  'pass later': (_req, _res, next) => void setTimeout(() => next(new Error('boom')), 1),
}

const layer = fc.record({
  kind: fc.constantFrom(...Object.keys(kinds)),
  /** The rest stands in a router of its own. */
  nested: fc.boolean(),
})

it('an error is taken exactly once, whoever stands in its way', { timeout: 60_000 }, async () => {
  const unhandled: unknown[] = []
  const remember = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', remember)
  await fc.assert(
    fc.asyncProperty(
      fc.array(layer, { maxLength: 5 }),
      fc.constantFrom(...Object.keys(failures)),
      fc.constantFrom('none', 'passes', 'takes'),
      async (layers, failure, handler) => {
        const outcome: Outcome = { taken: [], resolved: [] }
        const root = new Router()
        let router = root
        for (const { kind, nested } of layers) {
          router.use(kinds[kind]!(outcome))
          const inner = new Router()
          if (nested) router.use(inner)
          if (nested) router = inner
        }
        router.use(failures[failure]!)
        if (handler !== 'none') {
          root.use((error: unknown, _req: unknown, _res: unknown, next: NextFunction) => {
            if (handler === 'passes') next(error)
            else outcome.taken.push('error handler')
          })
        }
        // A response that nobody ends: who is told that all went well, is told by the router.
        const res = new EventEmitter()
        root.handle({ method: 'GET', url: '/' } as never, res as never, () => {
          outcome.taken.push('final handler')
        })
        for (let turn = 0; turn < 200 && outcome.taken.length === 0; turn++) await wait(2)
        // A second time would come soon after.
        await wait(6)
        expect(outcome.taken).toHaveLength(1)
        // Only in front of someone who dealt with it has all gone well.
        const [taker] = outcome.taken
        expect(taker === 'final handler' ? outcome.resolved : []).toEqual([])
        expect(unhandled).toEqual([])
      },
    ),
    { numRuns: 150 },
  )
  process.off('unhandledRejection', remember)
})

it('calls handlers at once after any number of requests whose callback threw', () => {
  const router = new Router()
  router.get('/leave', () => {
    // oxlint-disable-next-line typescript/only-throw-error -- Express takes it as `next('router')`
    throw 'router'
  })
  const reached: string[] = []
  router.get('/stay', () => reached.push('/stay'))
  const handle = (url: string, done: () => void) =>
    router.handle({ method: 'GET', url } as never, new EventEmitter() as never, done)

  for (let request = 0; request < 200; request++) {
    expect(() => {
      handle('/leave', () => {
        throw new Error('after the router')
      })
    }).toThrow('after the router')
  }
  handle('/stay', () => {})
  expect(reached).toEqual(['/stay'])
})
