import { array, assert, asyncProperty, constant, constantFrom, oneof, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Case, Question } from './harness/case.ts'
import { express, ours } from './harness/frameworks.ts'
import { onError } from './harness/handlers.ts'
import { runCase } from './harness/run-case.ts'

/** A method of the response, and what it is called with. */
type Call = readonly [method: string, ...args: unknown[]]

const settable = constantFrom('X-Powered-By', 'X-Own', 'ETag', 'Content-Type', 'Vary')
const name = oneof(settable, constant('Content-Length'))
const value = constantFrom('"tag"', 'text/plain', 'a, b')
const status = constantFrom(200, 201, 204, 304, 404, 500, 1000)
const text = constantFrom('', 'hello', 'naïve ✓')
const body = oneof(text, constantFrom(null, { a: 1 }, [1], true, undefined))

const looks = oneof(
  tuple(constantFrom('get', 'getHeader', 'hasHeader'), name),
  tuple(constantFrom('getHeaderNames', 'getHeaders')),
)
const changes = oneof(
  tuple(constantFrom('set', 'setHeader', 'append', 'appendHeader'), settable, value),
  tuple(constant('removeHeader'), name),
  tuple(constant('status'), status),
  tuple(constant('type'), constantFrom('json', 'html')),
  tuple(constant('vary'), constantFrom('Cookie', 'Accept')),
  tuple(constant('cookie'), constantFrom('a', 'b'), constant('1')),
  tuple(constant('location'), constantFrom('/x', '/ü')),
  tuple(constant('links'), constant({ next: '/2' })),
  tuple(constant('attachment'), constantFrom('a.txt', 'a.png')),
  tuple(constant('assign'), constant('statusCode'), status),
  tuple(constant('assign'), constant('statusMessage'), constantFrom('Fine', '')),
)
const answers = oneof(
  tuple(constant('send'), body),
  tuple(constant('json'), body),
  tuple(constant('redirect'), constantFrom('/x', '/ü')),
  tuple(constant('end'), text),
  tuple(constant('sendStatus'), status),
  tuple(constant('write'), constantFrom('a', 'bc')),
  tuple(constant('writeHead'), status),
  tuple(constant('writeHead'), status, constant({ 'X-Own': 'head', ETag: '"head"' })),
  tuple(constant('flushHeaders')),
)
const replacements = tuple(
  constant('replace'),
  constantFrom('setHeader', 'set', 'end', 'write', 'writeHead'),
)
/** Middleware, a handler that prepares its answer and gives it, and what somebody does afterwards. */
const calls = tuple(
  array(replacements, { maxLength: 2 }),
  array(oneof(looks, changes, replacements), { maxLength: 3 }),
  array(answers, { maxLength: 2 }),
  array(oneof(looks, changes, answers), { maxLength: 2 }),
).map((parts): Call[] => parts.flat())

const questions = constantFrom<Question>(
  { path: '/' },
  { path: '/', method: 'HEAD' },
  { path: '/', headers: { 'If-None-Match': '*' } },
)

describe('random calls of a response', () => {
  it('do and show what they do in Express', { timeout: 60_000 }, async () => {
    await assert(
      asyncProperty(calls, questions, async (made, question) => {
        const each: Case = {
          name: 'random',
          app: (app, { note }) => {
            app.get('/', (_req, res) => {
              const response = res as unknown as Callable
              res.on('error', (error: NodeJS.ErrnoException) => note(`failed: ${error.code}`))
              res.on('finish', () => note(`left ${seen(res.getHeaders())}`))
              for (const call of made) note(perform(response, call, note))
              note(`${res.headersSent} ${res.writableEnded}`)
              if (!res.writableEnded) res.end()
            })
            // In place of the page, whose stack has another length on each side.
            app.use(
              onError((error, _req, res, _next) => {
                res.removeHeader('Content-Length')
                res.status(500).end(error.message)
              }),
            )
          },
          ask: question,
        }
        expect(await runCase(ours, each)).toEqual(await runCase(express, each))
      }),
      { numRuns: 500 },
    )
  })
})

type Callable = Record<string, (...args: unknown[]) => unknown>

/** @returns what the call gave back or threw. */
function perform(res: Callable, [method, ...args]: Call, note: (effect: string) => void): string {
  if (method === 'replace') return replace(res, args[0] as string, note)
  if (method === 'assign') {
    Object.assign(res, { [args[0] as string]: args[1] })
    return `assigned ${String(args[0])}`
  }
  try {
    const result = res[method]!(...args)
    return `${method}: ${result === res ? 'the response' : seen(result)}`
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Where Express has no code of its own, ours may have one.
    return `${method} threw ${code?.startsWith('ERR_') ? code : message}`
  }
}

/** Puts a middleware's own method in front of the response's, as compression and loggers do. */
function replace(res: Callable, method: string, note: (effect: string) => void): string {
  const before = res[method]!
  res[method] = function replaced(this: unknown, ...args: unknown[]) {
    // Express hands a body on as bytes where it has hashed it, and an empty one where there is none.
    note(`${method} called with ${String((args[0] as Buffer | string | number | undefined) ?? '')}`)
    return before.apply(this, args)
  }
  return `replaced ${method}`
}

function seen(result: unknown): string {
  return JSON.stringify(result) ?? 'nothing'
}
