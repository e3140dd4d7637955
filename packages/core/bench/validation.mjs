// What validate() costs beside calling the library by hand in a middleware: both are called in turn, the
// figure is the median of the ratios. Nothing of a server is measured, so that nothing hides the difference.
// `node packages/core/bench/validation.mjs`, after a build.
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

import { validate } from '@tokkyu/core'

const BATCH = 20_000
const ROUNDS = 101

const line = { sku: 'A-1', count: 2, note: 'as a present' }
const body = {
  name: 'Ada',
  email: 'ada@example.org',
  age: 36,
  tags: ['a', 'b'],
  lines: [line, line],
}

const zod = z.object({
  name: z.string().min(1),
  email: z.email(),
  age: z.number().int().min(0),
  tags: z.array(z.string()),
  lines: z.array(z.object({ sku: z.string(), count: z.number(), note: z.string() })),
})
const valibot = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  email: v.pipe(v.string(), v.email()),
  age: v.pipe(v.number(), v.integer(), v.minValue(0)),
  tags: v.array(v.string()),
  lines: v.array(v.object({ sku: v.string(), count: v.number(), note: v.string() })),
})
const arktype = type({
  name: 'string >= 1',
  email: 'string.email',
  age: 'number.integer >= 0',
  tags: 'string[]',
  lines: type({ sku: 'string', count: 'number', note: 'string' }).array(),
})

const subjects = {
  zod: [
    validate({ body: zod }),
    (req, _res, next) => {
      const result = zod.safeParse(req.body)
      if (!result.success) return next(result.error)
      req.body = result.data
      return next()
    },
  ],
  valibot: [
    validate({ body: valibot }),
    (req, _res, next) => {
      const result = v.safeParse(valibot, req.body)
      if (!result.success) return next(new Error('Invalid', { cause: result.issues }))
      req.body = result.output
      return next()
    },
  ],
  arktype: [
    validate({ body: arktype }),
    (req, _res, next) => {
      const result = arktype(req.body)
      if (result instanceof type.errors) return next(result)
      req.body = result
      return next()
    },
  ],
}

let passed = 0
function done(error) {
  if (error) throw error
  passed++
}

function timeOf(middleware) {
  const req = { body }
  const start = process.hrtime.bigint()
  for (let count = 0; count < BATCH; count++) {
    req.body = body
    middleware(req, undefined, done)
  }
  return Number(process.hrtime.bigint() - start) / BATCH
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

console.log(
  `node ${process.version}, ${ROUNDS} rounds of ${BATCH} calls each, ns per call (median)`,
)
for (const [name, [ours, byHand]] of Object.entries(subjects)) {
  const rounds = Array.from({ length: ROUNDS + 10 }, (_, round) => {
    // Whoever comes second finds warmer caches: in turn.
    const first = round % 2 === 0 ? timeOf(ours) : undefined
    const hand = timeOf(byHand)
    return { ours: first ?? timeOf(ours), hand }
  }).slice(10)
  const ratio = median(rounds.map((round) => round.ours / round.hand))
  const [own, hand] = [median(rounds.map((r) => r.ours)), median(rounds.map((r) => r.hand))]
  console.log(
    `${name.padEnd(8)} validate() ${own.toFixed(0).padStart(5)}   by hand ${hand.toFixed(0).padStart(5)}   ${ratio.toFixed(2)}×`,
  )
}
if (passed === 0) throw new Error('nothing was let through')
