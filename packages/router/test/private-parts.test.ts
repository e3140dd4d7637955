import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import request from 'supertest'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { Route, Router } from '@tokkyu/router'
import { serve } from './serve.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

const say = (text: string) => (_req: unknown, res: { end(text: string): void }) => res.end(text)
const pass = (_req: unknown, _res: unknown, next: () => void) => next()
const ask = async (router: Router, url = '/') => (await request(serve(router)).get(url)).text
const ignore = (): void => {}
const FIELDS = ['caseSensitive', 'mergeParams', 'params', 'strict', 'stack']

/** Replaced functions are put back after each test. */
const putBack: (() => void)[] = []
afterEach(() => {
  while (putBack.length > 0) putBack.pop()!()
})

function replace(owner: object, name: string, wrap: (own: AnyFunction) => AnyFunction): void {
  const methods = owner as Record<string, AnyFunction>
  const own = methods[name]!
  methods[name] = wrap(own)
  putBack.push(() => (methods[name] = own))
}

/** What all layers inherit, found as agents find it. */
const layerPrototype = (): object =>
  Object.getPrototypeOf(new Router().use(pass).stack[0]) as object

/** Writes the names of the handlers that pass here into the list. */
const noting =
  (list: string[]) =>
  (own: AnyFunction): AnyFunction =>
    function noted(...given) {
      list.push((this as { name: string }).name)
      return own.apply(this, given)
    }

describe('the fields of a router', () => {
  it('are own, enumerable and in the order of Express', () => {
    expect(Object.keys(new Router())).toEqual(FIELDS)
    const seen: string[] = []
    for (const key in new Router()) seen.push(key)
    expect(seen.slice(0, FIELDS.length)).toEqual(FIELDS)
    expect(seen).not.toContain('constructor')
  })

  it('are absent from the prototype, which may be read', () => {
    expect(FIELDS.map((field) => Reflect.get(Router.prototype, field) as unknown)).toEqual(
      FIELDS.map(() => undefined),
    )
  })

  it('go over to a function by Object.assign', () => {
    const router = new Router({ strict: true }).use(pass)
    const copy = Object.assign(() => {}, router)
    expect(Object.keys(copy)).toEqual(FIELDS)
    expect(copy.strict).toBe(true)
    expect(copy.stack[0]!.name).toBe('pass')
  })

  it('make a function a router that shares the layers, with the prototype', async () => {
    const router = new Router().get('/', say('before'))
    const copy: Router = Object.setPrototypeOf(
      Object.assign((req: never, res: never, next: never) => copy.handle(req, res, next), router),
      Router.prototype,
    )
    expect(await ask(copy)).toBe('before')
    copy.get('/later', say('later'))
    expect(await ask(router, '/later')).toBe('later')
    expect(Object.keys(copy)).toEqual(FIELDS)
  })

  it('make a function with layers of its own a router', async () => {
    const bare: Router = Object.setPrototypeOf(
      (req: never, res: never, next: never) => bare.handle(req, res, next),
      Router.prototype,
    )
    bare.get('/', say('bare'))
    expect(await ask(bare)).toBe('bare')
  })
})

/** Puts a function around a layer's handler that hands on its properties, as tracing tools do. */
function wrapHandle(layer: { handle: unknown }): void {
  const own = layer.handle as AnyFunction & Record<string, unknown>
  const wrapper: AnyFunction = (...given) => own(...given)
  for (const key in own) {
    Object.defineProperty(wrapper, key, {
      configurable: true,
      get: () => own[key],
      set: (value: unknown) => {
        own[key] = value
      },
    })
  }
  layer.handle = wrapper
}

describe('a function that an agent puts in the place of a mounted router', () => {
  it('shows the layers inside, and answers', async () => {
    const router = new Router().use('/api', new Router().get('/users', say('users')))
    wrapHandle(router.stack[0]!)
    const { stack } = router.stack[0]!.handle as unknown as Router
    expect(stack.map(({ route }) => route?.path)).toEqual(['/users'])
    expect(await ask(router, '/api/users')).toBe('users')
  })

  it('is still looked into by routes(), explain() and listRoutes()', () => {
    const router = new Router().use('/api', new Router().get('/users', say('users')))
    const before = String(router.explain('GET', '/api/users'))
    wrapHandle(router.stack[0]!)
    expect(String(router.explain('GET', '/api/users'))).toBe(before)
    expect(JSON.stringify(router.routes())).toContain('/users')
    expect(router.listRoutes()).toHaveLength(1)
  })
})

describe('Layer.prototype', () => {
  it('has a handleRequest that may be replaced, for routes and what is in them', async () => {
    const passed: string[] = []
    replace(layerPrototype(), 'handleRequest', noting(passed))
    const router = new Router().use(pass)
    router.get('/', pass, function last(_req, res) {
      res.end('last')
    })
    expect(await ask(router)).toBe('last')
    expect(passed).toEqual(['pass', 'handle', 'pass', 'last'])
  })

  it('has a handleError that may be replaced', async () => {
    const passed: string[] = []
    replace(layerPrototype(), 'handleError', noting(passed))
    const router = new Router().get('/', () => {
      throw new Error('broken')
    })
    router.use(function answer(
      error: Error,
      _req: unknown,
      res: { end(t: string): void },
      _next: unknown,
    ) {
      res.end(`took ${error.message}`)
    })
    expect(await ask(router)).toBe('took broken')
    expect(passed).toEqual(['answer'])
  })

  it('loses no error when the replacement gives nothing back', async () => {
    replace(
      layerPrototype(),
      'handleRequest',
      (own) =>
        function silent(...given) {
          own.apply(this, given)
        },
    )
    const router = new Router()
    router.get('/thrown', () => {
      throw new Error('thrown')
    })
    router.get('/rejected', () => Promise.reject(new Error('rejected')))
    expect(await ask(router, '/thrown')).toBe('Error: thrown')
    expect(await ask(router, '/rejected')).toBe('Error: rejected')
  })

  it('may be replaced on one layer alone', async () => {
    const passed: string[] = []
    const router = new Router().use(pass).get('/', say('plain'))
    replace(router.stack[0]!, 'handleRequest', noting(passed))
    expect(await ask(router)).toBe('plain')
    expect(passed).toEqual(['pass'])
  })

  it('stands in the stack of a call that a handler makes, under the name of Express', async () => {
    const router = new Router().get('/', (_req, res) => res.end(new Error('here').stack))
    expect(await ask(router)).toContain('Layer.handleRequest')
    expect(new Error('outside').stack).not.toContain('Layer.handleRequest')
  })

  it('stands there also while somebody traces', async () => {
    subscribe('tracing:express.router.request:start', ignore)
    onTestFinished(() => void unsubscribe('tracing:express.router.request:start', ignore))
    const router = new Router().get('/', (_req, res) => res.end(new Error('here').stack))
    expect(await ask(router)).toContain('Layer.handleRequest')
  })
})

describe('Route.prototype.dispatch', () => {
  it('may be replaced', async () => {
    const paths: unknown[] = []
    replace(
      Route.prototype as object,
      'dispatch',
      (own) =>
        function noted(...given) {
          paths.push((this as { path: unknown }).path)
          return own.apply(this, given)
        },
    )
    expect(await ask(new Router().get('/one', say('one')), '/one')).toBe('one')
    expect(await ask(new Router().get('/two', pass, say('two')), '/two')).toBe('two')
    expect(paths).toEqual(['/one', '/two'])
  })
})

describe('a handler', () => {
  it('is called as a plain function, not as a method of its layer', async () => {
    const router = new Router().get('/', function strict(this: unknown, _req, res) {
      res.end(String(this))
    })
    expect(await ask(router)).toBe('undefined')
  })
})
