import fc from 'fast-check'
import { assert, describe, it } from 'vitest'
import ExpressRouter from 'router'
import { Router } from '@tokkyu/router'

/**
 * The `router` package of Express is the specification: whatever is registered and whatever is
 * asked for, the same handlers run in the same order and see the same request.
 *
 * ROUTER_CASES=1000000 looks longer.
 */
const CASES = Number(process.env['ROUTER_CASES'] ?? 20_000)
const REQUESTS_PER_TABLE = 10

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'A', 'ab', 'users', 'b.c', 'a-b') },
  { weight: 4, arbitrary: fc.constantFrom(':x', ':y', ':z') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ':x-:y',
      ':x.:y',
      'a:x',
      ':x-a',
      ':x-:y-:z',
      ':x{-:y}',
      ':x{.:y}',
      ':"x y"',
      'é',
      'É',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('*s', 'a*s', '*s-a', '*s-:x', ':x-*s', '*s-*t') },
  { weight: 1, arbitrary: fc.constantFrom('', 'a\\:b', 'a\\*', '%20', '{a}b', 'a{b}') },
)
const textPath = fc
  .tuple(
    fc.array(fc.tuple(fc.boolean(), piece), { maxLength: 4 }),
    fc.constantFrom('', '', '', '/', '{/}'),
    fc.constantFrom('/', '/', '/', '/', '', '{/', '//'),
  )
  .map(([pieces, end, slash]) => {
    const parts = pieces.map(([optional, text]) => (optional && text ? `{/${text}}` : `/${text}`))
    const path = parts.join('') + end
    if (slash === '/' || slash === '{/') return path === '' ? '/' : path
    return slash === '//' ? `/${path}` : path.slice(1)
  })
const regExpPath = fc.constantFrom(
  /^\/a/,
  /^\/a(?:\/|$)/,
  /a/,
  /^\/(\w+)\/(\w+)$/,
  /^\/(?<x>[^/]+)(?:\/(b))?$/i,
  /\/users\/?$/,
)
const onePath = fc.oneof({ weight: 8, arbitrary: textPath }, { weight: 1, arbitrary: regExpPath })
const anyPath = fc.oneof(
  { weight: 8, arbitrary: onePath },
  { weight: 1, arbitrary: fc.array(onePath, { minLength: 1, maxLength: 3 }) },
)
type AnyPath = string | RegExp | (string | RegExp)[]

const behaviour = fc.oneof(
  { weight: 12, arbitrary: fc.constant('next') },
  { weight: 2, arbitrary: fc.constantFrom('end', 'route', 'router') },
  { weight: 2, arbitrary: fc.constantFrom('error', 'throw', 'reject', 'reject nothing') },
  { weight: 2, arbitrary: fc.constantFrom('on error: pass', 'on error: recover') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('url /a/b', 'url /users/a?q=1', 'url /', 'url b', 'url ', 'url /A/'),
  },
  { weight: 1, arbitrary: fc.constantFrom('method POST', 'method GET', 'async next') },
)
const behaviours = fc.array(behaviour, { minLength: 1, maxLength: 3 })
const verb = fc.constantFrom('get', 'get', 'get', 'post', 'put', 'head', 'all', 'options')
const options = fc.record({
  caseSensitive: fc.boolean(),
  strict: fc.boolean(),
  mergeParams: fc.boolean(),
})

type Entry =
  | { kind: 'use'; path: AnyPath | undefined; behaviours: string[] }
  | { kind: 'verb'; verb: string; path: AnyPath; behaviours: string[] }
  | { kind: 'route'; path: AnyPath; steps: [string, string][] }
  | { kind: 'param'; name: string; behaviour: string }
  | { kind: 'mount'; path: AnyPath | undefined; table: Table }
interface Table {
  options: { caseSensitive: boolean; strict: boolean; mergeParams: boolean }
  entries: Entry[]
}

const { table } = fc.letrec<{ table: Table; entry: Entry }>((tie) => ({
  table: fc.record({
    options,
    entries: fc.array(tie('entry'), { maxLength: 7, depthIdentifier: 'mounts' }),
  }) as fc.Arbitrary<Table>,
  entry: fc.oneof(
    { depthIdentifier: 'mounts', maxDepth: 2, withCrossShrink: true },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('verb'),
        verb,
        path: anyPath,
        behaviours,
      }) as fc.Arbitrary<Entry>,
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('use'),
        path: fc.option(anyPath, { nil: undefined }),
        behaviours,
      }) as fc.Arbitrary<Entry>,
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('route'),
        path: anyPath,
        steps: fc.array(fc.tuple(verb, behaviour), { maxLength: 3 }),
      }) as fc.Arbitrary<Entry>,
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('param'),
        name: fc.constantFrom('x', 'y', 's', '0'),
        behaviour: fc.constantFrom('next', 'next', 'error', 'route', 'reject', 'set', 'async next'),
      }) as fc.Arbitrary<Entry>,
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('mount'),
        path: fc.option(anyPath, { nil: undefined }),
        table: tie('table'),
      }) as fc.Arbitrary<Entry>,
    },
  ),
}))

const urlPiece = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('a', 'b', 'A', 'ab', 'users', 'b.c', 'a-b', 'é', 'É', 'aa', 'B'),
  },
  { weight: 2, arbitrary: fc.constantFrom('x-y', 'a-b-c', '-', 'a-', '.', 'a.b.c', 'a:b', 'a*') },
  { weight: 1, arbitrary: fc.constantFrom('%20', '%', '%E0%A4%A', 'a%2Fb', '', '__proto__') },
)
const request = fc.record({
  method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'PUT'),
  url: fc
    .tuple(
      fc.array(urlPiece, { maxLength: 4 }),
      fc.constantFrom('', '', '/', '?q=/a', '/?q', '//'),
      fc.constantFrom('', '', '', '', '', 'http://host'),
    )
    .map(([pieces, end, origin]) => origin + `/${pieces.join('/')}${end}`),
})

interface Req {
  method: string
  url: string
  baseUrl: string
  params: object
  route?: { path: unknown }
}
type Next = (error?: unknown) => unknown

/** Registers the table, with handlers that write down what they see. */
function build(Implementation: typeof Router, plan: Table, log: unknown[][]) {
  const router = new Implementation(plan.options) as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >
  let id = 0
  const see = (name: unknown, req: Req, error?: unknown) => {
    const params = Object.entries(req.params ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
    log.push([name, req.method, req.url, req.baseUrl, params, req.route?.path, textOf(error)])
  }
  const handler = (name: string) => {
    const number = id++
    if (name.startsWith('on error')) {
      return (error: unknown, req: Req, _res: unknown, next: Next) => {
        see(number, req, error)
        next(name.endsWith('pass') ? error : undefined)
      }
    }
    return (req: Req, res: { end(): void }, next: Next) => {
      see(number, req)
      return act(name, req, res, next)
    }
  }
  for (const entry of plan.entries) {
    if (entry.kind === 'param') {
      const number = id++
      router['param']!(
        entry.name,
        (req: Req, res: { end(): void }, next: Next, value: unknown, key: string) => {
          see(['param', number, value, key], req)
          if (entry.behaviour !== 'set') return act(entry.behaviour, req, res, next)
          ;(req.params as Record<string, unknown>)[key] = 'set'
          return void next()
        },
      )
    } else if (entry.kind === 'route') {
      const route = router['route']!(entry.path) as Record<string, (handler: unknown) => unknown>
      for (const [method, name] of entry.steps) route[method]!(handler(name))
    } else if (entry.kind === 'verb') {
      router[entry.verb]!(entry.path, entry.behaviours.map(handler))
    } else {
      const handlers =
        entry.kind === 'use'
          ? entry.behaviours.map(handler)
          : [build(Implementation, entry.table, log)]
      if (entry.path === undefined) router['use']!(handlers)
      else router['use']!(entry.path, handlers)
    }
  }
  return router
}

function changesUrls({ entries }: Table): boolean {
  return entries.some((entry) => {
    if (entry.kind === 'mount') return true
    if (entry.kind === 'param') return false
    const names = entry.kind === 'route' ? entry.steps.map(([, name]) => name) : entry.behaviours
    return names.some((name) => name.startsWith('url'))
  })
}

function act(name: string, req: Req, res: { end(): void }, next: Next): unknown {
  const [verb_, text] = [name.split(' ')[0], name.slice(name.indexOf(' ') + 1)]
  if (name === 'next') return void next()
  if (name === 'async next') return queueMicrotask(() => void next())
  if (name === 'end') return res.end()
  if (name === 'route' || name === 'router') return void next(name)
  if (name === 'error') return void next(new Error('passed'))
  if (name === 'throw') throw new Error('thrown')
  if (name === 'reject') return Promise.reject(new Error('rejected'))
  if (name === 'reject nothing') return Promise.reject() // oxlint-disable-line prefer-promise-reject-errors
  if (verb_ === 'url') req.url = text
  else req.method = text
  return void next()
}

function textOf(error: unknown): unknown {
  // Only the words of an undecodable parameter differ: ours also name the parameter.
  if (error instanceof URIError) return `URIError ${(error as { status?: number }).status}`
  return error instanceof Error ? error.message : error
}

function ask(router: unknown, log: unknown[][], { method, url }: { method: string; url: string }) {
  return new Promise<unknown[][]>((resolve) => {
    log.length = 0
    const finish = (what: string, error?: unknown) => {
      // After an automatic answer to OPTIONS nobody but the socket is left to look at the params:
      // Express leaves those of the last layer that it passed over.
      const params = what.startsWith('end [[') ? undefined : req.params
      log.push([what, req.url, req.baseUrl, params, textOf(error ?? undefined)])
      resolve([...log])
    }
    const headers: [string, unknown][] = []
    const req = { method, url, params: { given: '1' } } as unknown as Req
    const res = {
      setHeader: (name: string, value: unknown) => headers.push([name, value]),
      end: (body?: unknown) => finish(`end ${JSON.stringify(headers)} ${String(body)}`),
    }
    const handle = router as { handle(...args: unknown[]): void }
    handle.handle(req, res, (error: unknown) => finish('done', error))
  })
}

/** Comparing texts is much faster than comparing objects. */
function isSame(seen: unknown, expected: unknown): boolean {
  return JSON.stringify(seen) === JSON.stringify(expected)
}

function attempt<T>(make: () => T): { made: T } | { failed: true } {
  try {
    return { made: make() }
  } catch {
    return { failed: true }
  }
}

describe('a table of routes', () => {
  it('calls what the router of Express calls', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.array(request, { minLength: REQUESTS_PER_TABLE, maxLength: REQUESTS_PER_TABLE }),
        async (plan, requests) => {
          const ourLog: unknown[][] = []
          const theirLog: unknown[][] = []
          const ours = attempt(() => build(Router, plan, ourLog))
          const theirs = attempt(() => build(ExpressRouter as never, plan, theirLog))
          assert.equal('failed' in ours, 'failed' in theirs, 'refuses the same paths')
          if ('failed' in ours || 'failed' in theirs) return
          for (const one of requests) {
            // Express garbles an absolute URL where a mounted layer rewrites it, or is mounted at
            // all of its path: it cuts the length of the host off a URL that has no host.
            if (one.url.startsWith('http') && changesUrls(plan)) continue
            const seen = await ask(ours.made, ourLog, one)
            const expected = await ask(theirs.made, theirLog, one)
            if (!isSame(seen, expected)) assert.deepEqual({ one, seen }, { one, seen: expected })
          }
        },
      ),
      { numRuns: Math.ceil(CASES / REQUESTS_PER_TABLE) },
    )
  })
})
