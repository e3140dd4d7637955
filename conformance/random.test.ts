import { array, assert, asyncProperty, constantFrom, record, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Case, Framework } from './harness/case.ts'
import { express, ours } from './harness/frameworks.ts'
import { runCase } from './harness/run-case.ts'

/** Pieces of paths and of patterns that overlap in many ways. */
const piece = constantFrom('a', 'b', 'ab', 'A', 'a-b', 'a.b', '%61', '%20', 'ü', '1')
const patternPiece = constantFrom('a', 'b', 'ab', 'a-b', ':x', ':y', ':x-:y', 'a:x', ':x.b', '*z')

const slash = constantFrom('', '/')
const requested = tuple(array(piece, { maxLength: 4 }), slash).map(([pieces, end]) =>
  encodeURI(`/${pieces.join('/')}${end}`).replaceAll('%25', '%'),
)
const pattern = tuple(
  array(patternPiece, { maxLength: 3 }).filter(hasEachNameOnce),
  constantFrom('', '/', '{/c}', '{/:opt}'),
).map(([pieces, end]) => `/${pieces.join('/')}${end}`.replace('//', '/'))

/** A name twice in one pattern is an error on both sides. */
function hasEachNameOnce(pieces: readonly string[]): boolean {
  const names = pieces.join('/').match(/[:*]\w/g) ?? []
  return new Set(names).size === names.length
}

const kind = constantFrom('get', 'post', 'all', 'use', 'router', 'guard')
const layer = record({ kind, pattern, answers: constantFrom(true, true, false) })
const flag = constantFrom(true, false)
const options = record({ strict: flag, sensitive: flag })

describe('random apps', () => {
  it('answer as Express does', { timeout: 60_000 }, async () => {
    await assert(
      asyncProperty(
        array(layer, { minLength: 1, maxLength: 6 }),
        array(requested, { minLength: 1, maxLength: 8 }),
        options,
        async (layers, paths, { strict, sensitive }) => {
          const each: Case = {
            name: 'random',
            app: (app, { express: framework, note }) => {
              // Spellings are compared as they came: what the canonical path changes is meant.
              app.set('path canonical', false)
              app.set('strict routing', strict).set('case sensitive routing', sensitive)
              furnish(app, layers, framework, note)
            },
            ask: paths,
          }
          expect(await runCase(ours, each)).toEqual(await runCase(express, each))
        },
      ),
      { numRuns: 100 },
    )
  })
})

interface Layer {
  readonly kind: 'get' | 'post' | 'all' | 'use' | 'router' | 'guard'
  readonly pattern: string
  readonly answers: boolean
}

function furnish(
  app: ReturnType<Framework>,
  layers: readonly Layer[],
  framework: Framework,
  note: (effect: string) => void,
): void {
  for (const [at, { kind: how, pattern: path, answers }] of layers.entries()) {
    const router = how === 'router' ? framework.Router({ mergeParams: answers }) : app
    const method = how === 'router' || how === 'guard' ? 'use' : how
    const add = router[method].bind(router) as (path: string, handler: object) => void
    add(how === 'router' ? '/a' : path, (req: Seen, res: Sent, next: () => void) => {
      note(`${at} ${req.baseUrl} ${req.url} ${JSON.stringify(req.params)}`)
      if (answers && how !== 'guard') res.send(`layer ${at}`)
      else next()
    })
    if (how === 'router') app.use(path, router as never)
  }
}

interface Seen {
  readonly baseUrl: string
  readonly url: string
  readonly params: object
}

interface Sent {
  send(body: string): void
}
