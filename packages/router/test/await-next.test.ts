import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import request from 'supertest'
import { type MockInstance, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type NextFunction, Router } from '@tokkyu/router'
import { RoutedRequest } from '../src/dispatch/routed-request.ts'
import { serve } from './serve.ts'

const unhandled: unknown[] = []
const remember = (reason: unknown) => unhandled.push(reason)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', remember)
})
// A promise that nobody handles would end a process: whatever a test does, there is none.
afterEach(async () => {
  await wait(5)
  process.off('unhandledRejection', remember)
  if (unhandled.length > 0) throw new Error('unhandled rejection', { cause: unhandled[0] })
})

/** What libraries do that wrap handlers for Express 4. */
function wrapped(result: unknown, next: NextFunction): Promise<unknown> {
  return Promise.resolve(result).then(undefined, next)
}

/** Asks for "/" and gives the answer, and every error that reached the final handler. */
async function ask(router: Router, path = '/') {
  const ended: unknown[] = []
  const response = await request(serve(router, (error) => ended.push(error))).get(path)
  return { status: response.status, text: response.text, ended }
}

describe('await next()', () => {
  it('goes on when the handlers behind have finished', async () => {
    const order: string[] = []
    const router = new Router()
    router.use(async (_req, _res, next) => {
      order.push('outer before')
      await next()
      order.push('outer after')
    })
    router.use(async (_req, _res, next) => {
      order.push('inner before')
      await wait(5)
      await next()
      order.push('inner after')
    })
    router.get('/', async (_req, res) => {
      await wait(5)
      order.push('handler')
      res.end('ok')
    })
    await ask(router)
    expect(order).toEqual(['outer before', 'inner before', 'handler', 'inner after', 'outer after'])
  })

  it('waits for a handler that answers later, in a callback', async () => {
    let wasSent: boolean | undefined
    const router = new Router()
    router.use(async (_req, res, next) => {
      await next()
      wasSent = res.writableEnded
    })
    router.get('/', (_req, res) => void setTimeout(() => res.end('ok'), 10))
    await ask(router)
    await wait(5)
    expect(wasSent).toBe(true)
  })

  it('waits for a handler that calls next() later, in a callback', async () => {
    const order: string[] = []
    const router = new Router()
    router.use(async (_req, _res, next) => {
      await next()
      order.push('after')
    })
    router.use((_req, _res, next) => void setTimeout(next, 10))
    router.get('/', async (_req, res) => {
      await wait(5)
      order.push('handler')
      res.end('ok')
    })
    await ask(router)
    await wait(5)
    expect(order).toEqual(['handler', 'after'])
  })

  it('lets a middleware answer after all others have declined to', async () => {
    const router = new Router()
    router.use(async (_req, res, next) => {
      await next()
      res.end('outer')
    })
    router.get('/', async () => {})
    expect(await ask(router)).toMatchObject({ status: 200, text: 'outer' })
  })

  it('reaches through nested routers, and out of them again', async () => {
    const order: string[] = []
    const note = (name: string) => async (_req: unknown, _res: unknown, next: NextFunction) => {
      order.push(name)
      await next()
      order.push(`/${name}`)
    }
    const inner = new Router().use(note('inner'))
    const router = new Router().use(note('outer')).use('/a', inner).use(note('behind'))
    router.get('/a', note('route'), async (_req, res) => {
      await wait(2)
      res.end('ok')
    })
    await ask(router, '/a')
    await wait(5)
    expect(order).toEqual([
      'outer',
      'inner',
      'behind',
      'route',
      '/route',
      '/behind',
      '/inner',
      '/outer',
    ])
  })

  it('waits for asynchronous param callbacks on the way', async () => {
    const order: string[] = []
    const router = new Router()
    router.param('id', async (_req, _res, next) => {
      await wait(2)
      order.push('param')
      next()
    })
    router.use(async (_req, _res, next) => {
      await next()
      order.push('after')
    })
    router.get('/:id', async (_req, res) => {
      await wait(2)
      order.push('handler')
      res.end('ok')
    })
    await ask(router, '/1')
    expect(order).toEqual(['param', 'handler', 'after'])
  })

  it('resolves where nobody answers but the final handler', async () => {
    let after = false
    const router = new Router()
    router.use(async (_req, _res, next) => {
      await next()
      after = true
    })
    expect(await ask(router)).toMatchObject({ status: 404 })
    await wait(5)
    expect(after).toBe(true)
  })

  it('resolves when the client goes away', async () => {
    const router = new Router()
    const over = new Promise<string>((resolve) => {
      router.use(async (_req, _res, next) => {
        await next()
        resolve('went on')
      })
    })
    router.get('/', () => {})
    const server = serve(router).listen(0, '127.0.0.1')
    const asking = request(server)
      .get('/')
      .timeout(20)
      .catch(() => {})
    const [outcome] = await Promise.all([over, asking])
    expect(outcome).toBe('went on')
    server.close()
  })

  it('is free of charge to those who ignore it: nothing to wait for is made', () => {
    const router = new Router()
    let step: PromiseLike<void> | undefined
    router.use((_req, _res, next) => void (step = next()))
    router.get('/', () => {})
    router.handle({ method: 'GET', url: '/' } as never, {} as never, () => {})
    expect(step).not.toBeInstanceOf(Promise)
    expect(typeof step?.then).toBe('function')
  })
})

describe('an error behind await next()', () => {
  const failures: [string, (next: NextFunction) => unknown][] = [
    [
      'thrown',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejected', () => Promise.reject(new Error('boom'))],
    ['rejected later', () => wait(3).then(() => Promise.reject(new Error('boom')))],
    ['passed', (next) => void next(new Error('boom'))],
    ['passed later', (next) => void setTimeout(() => next(new Error('boom')), 3)],
  ]

  describe.each(failures)('that is %s', (_how, fail) => {
    const failing = (_req: unknown, _res: unknown, next: NextFunction) => fail(next)

    it('reaches the caller that awaits, and nobody else', async () => {
      const caught: unknown[] = []
      const router = new Router()
      router.use(async (_req, res, next) => {
        try {
          await next()
        } catch (error) {
          caught.push((error as Error).message)
          res.end('caught')
        }
      })
      router.get('/', failing)
      const { text, ended } = await ask(router)
      expect({ text, caught, ended }).toEqual({ text: 'caught', caught: ['boom'], ended: [] })
    })

    it('goes to error handlers first; then next() resolves', async () => {
      let resolved = false
      const router = new Router()
      router.use(async (_req, _res, next) => {
        await next()
        resolved = true
      })
      router.get('/', failing)
      router.use((_error: Error, _req: unknown, res: { end(text: string): void }, _next: unknown) =>
        res.end('handled'),
      )
      const { text, ended } = await ask(router)
      await wait(3)
      expect({ text, ended, resolved }).toEqual({ text: 'handled', ended: [], resolved: true })
    })

    it('comes to the final handler once when every caller lets it through', async () => {
      const order: string[] = []
      const router = new Router()
      for (const name of ['outer', 'inner']) {
        router.use(async (_req, _res, next) => {
          try {
            await next()
          } finally {
            order.push(name)
          }
        })
      }
      router.get('/', failing)
      const { status, ended } = await ask(router)
      expect({ status, order }).toEqual({ status: 500, order: ['inner', 'outer'] })
      expect(ended.map(String)).toEqual(['Error: boom'])
    })

    it('comes to the final handler once past `return next()`', async () => {
      const router = new Router()
      router.use((_req, _res, next) => next())
      router.use(async (_req, _res, next) => next())
      router.use((_req, _res, next) => wrapped(next(), next))
      router.get('/', failing)
      const { status, ended } = await ask(router)
      expect(status).toBe(500)
      expect(ended.map(String)).toEqual(['Error: boom'])
    })

    it('passes callers that wait without asking for errors', async () => {
      let called = false
      const router = new Router()
      router.use((_req, _res, next) => {
        void next().then(() => (called = true))
      })
      router.get('/', failing)
      const { status, ended } = await ask(router)
      await wait(3)
      expect({ status, called, errors: ended.length }).toEqual({
        status: 500,
        called: false,
        errors: 1,
      })
    })

    it.each([
      ['has returned', () => undefined],
      ['has settled', async () => {}],
    ])('passes a function that runs beside a handler that %s', async (_state, settle) => {
      let beside: Promise<string> | undefined
      const router = new Router()
      router.use((_req, _res, next) => {
        const goOn = async (): Promise<string> => {
          await next()
          return 'went on'
        }
        beside = goOn()
        return settle()
      })
      router.get('/', failing)
      const { status, ended } = await ask(router)
      expect({ status, beside: await beside }).toEqual({ status: 500, beside: 'went on' })
      expect(ended.map(String)).toEqual(['Error: boom'])
    })

    it('warns, once, that such a function was not told: it may have meant to roll back', async () => {
      const program = `
        const { Router } = require('@tokkyu/router')
        process.on('warning', ({ code }) => console.log(code))
        const router = new Router()
        router.use((req, res, next) => void (async () => next())())
        router.get('/', () => { throw new Error('boom') })
        for (let i = 0; i < 2; i++) router({ method: 'GET', url: '/' }, {}, () => {})`
      const options = {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        encoding: 'utf8',
      } as const
      const run = await promisify(execFile)(process.execPath, ['-e', program], options)
      expect(run.stdout).toBe('TOKKYU_NEXT_UNHEARD\n')
    })

    it('reaches callers outside of a nested router', async () => {
      const router = new Router()
      router.use(async (_req, res, next) => {
        try {
          await next()
        } catch (error) {
          res.end(`caught ${(error as Error).message}`)
        }
      })
      router.use('/a', new Router().use('/b', new Router().get('/c', failing)))
      expect(await ask(router, '/a/b/c')).toMatchObject({ text: 'caught boom', ended: [] })
    })

    it('can be replaced by the caller that caught it', async () => {
      const router = new Router()
      router.use(async (_req, _res, next) => {
        try {
          await next()
        } catch (cause) {
          throw new Error('wrapped', { cause })
        }
      })
      router.get('/', failing)
      const { ended } = await ask(router)
      expect(ended.map(String)).toEqual(['Error: wrapped'])
    })
  })

  it('is not taken by someone who only looks whether there is a then', async () => {
    const router = new Router()
    router.use((_req, _res, next) => {
      const result = next()
      if (typeof result.then !== 'function') throw new Error('not a thenable')
    })
    router.get('/', () => Promise.reject(new Error('boom')))
    expect((await ask(router)).ended.map(String)).toEqual(['Error: boom'])
  })

  it('rejects a caller that begins to wait too late, and is not delivered again', async () => {
    const seen: string[] = []
    const router = new Router()
    router.use(async (_req, _res, next) => {
      const following = next()
      await wait(10)
      await following.then(undefined, (error) => seen.push(String(error)))
      throw new Error('late')
    })
    router.get('/', () => Promise.reject(new Error('boom')))
    const { ended } = await ask(router)
    await wait(20)
    expect(seen).toEqual(['Error: boom'])
    expect(ended.map(String)).toEqual(['Error: boom', 'Error: late'])
  })
})

describe('an error that comes after all was well', () => {
  it('is no longer for those who waited, and goes to the error handlers', async () => {
    const handled: unknown[] = []
    const caught: unknown[] = []
    const late = new Error('late')
    let isOver!: () => void
    const over = new Promise<void>((resolve) => (isOver = resolve))
    const router = new Router()
    router.use(async (_req, _res, next) => {
      try {
        await next()
      } catch (error) {
        caught.push(error)
      }
    })
    router.use((_req, _res, next) => next())
    router.get('/', (_req, res, next) => {
      res.end('ok')
      setTimeout(() => {
        next(late)
        isOver()
      }, 20)
    })
    router.use((error: unknown, _req: unknown, _res: unknown, next: NextFunction) => {
      handled.push(error)
      next(error)
    })
    const { text, ended } = await ask(router)
    await over
    await wait(5)
    expect({ text, caught, handled, ended }).toEqual({
      text: 'ok',
      caught: [],
      handled: [late],
      ended: [late],
    })
  })
})

describe('an error that comes back', () => {
  it('to the final handler from a caller that began to wait too late is ignored', async () => {
    const router = new Router()
    router.use(async (_req, _res, next) => {
      const following = next()
      await wait(10)
      await following
    })
    router.get('/', () => Promise.reject(new Error('boom')))
    const { ended } = await ask(router)
    await wait(20)
    expect(ended.map(String)).toEqual(['Error: boom'])
  })
})

describe('`return next()`', () => {
  it('from a handler that is not async makes no promise', async () => {
    const spies: MockInstance[] = []
    const router = new Router()
    router.use((_req, _res, next) => {
      const step = next()
      spies.push(vi.spyOn(step, 'then'))
      return step
    })
    router.get('/', (_req, res) => void res.end('ok'))
    expect(await ask(router)).toMatchObject({ text: 'ok' })
    expect(spies).toHaveLength(1)
    expect(spies[0]).not.toHaveBeenCalled()
  })
})

describe('what await next() is good for', () => {
  it('measures the time of all that follows', async () => {
    let took = 0
    const router = new Router()
    router.use(async (_req, _res, next) => {
      const start = performance.now()
      await next()
      took = performance.now() - start
    })
    router.get('/', async (_req, res) => {
      await wait(20)
      res.end('ok')
    })
    await ask(router)
    expect(took).toBeGreaterThan(18)
  })

  it('wraps a transaction around the handlers', async () => {
    const log: string[] = []
    const transaction = async (_req: unknown, _res: unknown, next: NextFunction) => {
      log.push('begin')
      try {
        await next()
        log.push('commit')
      } catch (error) {
        log.push('rollback')
        throw error
      }
    }
    const router = new Router().use(transaction)
    router.get('/good', async (_req, res) => void res.end('ok'))
    router.get('/bad', async () => {
      throw new Error('constraint violated')
    })
    expect(await ask(router, '/good')).toMatchObject({ status: 200 })
    expect(await ask(router, '/bad')).toMatchObject({ status: 500 })
    expect(log).toEqual(['begin', 'commit', 'begin', 'rollback'])
  })
})

describe('many handlers in a row', { timeout: 30_000 }, () => {
  it('do not overflow the stack when 100,000 call next()', async () => {
    const router = new Router()
    let calls = 0
    for (let index = 0; index < 100_000; index++) {
      router.use((_req, _res, next) => {
        calls++
        next()
      })
    }
    expect(await ask(router)).toMatchObject({ status: 404 })
    expect(calls).toBe(100_000)
  })

  it('do not overflow the stack when 100,000 do not match', async () => {
    const router = new Router()
    for (let index = 0; index < 100_000; index++) router.get(/no$/, () => {})
    router.get('/', (_req, res) => void res.end('ok'))
    expect(await ask(router)).toMatchObject({ text: 'ok' })
  })

  it('do not overflow the stack in routers inside of routers', async () => {
    let router = new Router().get('/', (_req, res) => void res.end('ok'))
    for (let index = 0; index < 1000; index++) {
      router = new Router().use((_req, _res, next) => void next()).use(router)
    }
    expect(await ask(router)).toMatchObject({ text: 'ok' })
  })
})

describe('many layers that wait for each other', () => {
  it.each<[string, (req: unknown, res: unknown, next: NextFunction) => Promise<void>]>([
    [
      'await next()',
      async (_req, _res, next) => {
        await next()
      },
    ],
    ['return next()', async (_req, _res, next) => next()],
    [
      'a later await',
      async (_req, _res, next) => {
        const rest = next()
        await wait(1)
        await rest
      },
    ],
  ])('are waited for once each: %s', async (_name, layer) => {
    const decided = vi.spyOn(RoutedRequest.prototype, 'decided')
    const router = new Router()
    for (let count = 0; count < 500; count++) router.use(layer)
    router.get('/', (_req, res) => void res.end('ok'))
    expect((await ask(router)).text).toBe('ok')
    await wait(20)
    // By the square it would be 125,000.
    expect(decided.mock.calls.length).toBeLessThan(2_000)
    decided.mockRestore()
  })
})
