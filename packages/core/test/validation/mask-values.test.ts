import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import express, { type StandardSchema, validate } from '@tokkyu/core'

import { maskValues } from '../../src/validation/mask-values.ts'

/** All that is told of a refusal: the answer and the error. */
async function toldOf(body: StandardSchema, input: unknown): Promise<string> {
  const app = express().set('env', 'test')
  const told: string[] = []
  app.post('/', express.json({ strict: false }), validate({ body }), (_req, res) => res.end())
  app.use((error: Error, _req: unknown, _res: unknown, next: (error: Error) => void) => {
    told.push(error.message, String(error.stack), JSON.stringify(error))
    next(error)
  })
  const answer = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  expect(answer.status).toBe(400)
  return [await answer.text(), ...told].join('\n')
}

const secret = 'correct horse "battery" staple'

describe('what is told of refused input', () => {
  it.each<[string, StandardSchema, unknown]>([
    ['Valibot', v.object({ password: v.number() }), { password: secret }],
    ['ArkType', type({ password: 'string < 5' }), { password: secret }],
    ['ArkType, of a union', type({ password: "'a' | 'b'" }), { password: secret }],
    ['ArkType, of an object', type({ a: 'number' }).or('string[]'), { a: { b: secret } }],
    [
      'a message of one’s own',
      z.object({
        password: z.string().refine(() => false, { error: ({ input }) => `not ${String(input)}` }),
      }),
      { password: secret },
    ],
    [
      'a message about another field',
      z.object({ password: z.string(), again: z.string() }).refine(() => false, {
        path: ['again'],
        error: ({ input }) => `not "${(input as { password: string }).password}"`,
      }),
      { password: secret, again: 'x' },
    ],
    [
      'a message that cuts the value short',
      z
        .string()
        .refine(() => false, { error: ({ input }) => `not ${String(input).slice(0, 10)}…` }),
      secret,
    ],
  ])('is not the value: %s', async (_, schema, input) => {
    const told = await toldOf(schema, input)
    expect(told).not.toContain('horse')
    expect(told).not.toContain('battery')
  })

  it.each<[string, StandardSchema, unknown]>([
    ['Valibot', v.object({ pin: v.string() }), { pin: 493_817 }],
    ['ArkType', type({ pin: 'number < 5' }), { pin: 493_817 }],
    ['a list', v.array(v.pipe(v.number(), v.maxValue(5))), [493_817]],
  ])('is not the number: %s', async (_, schema, input) => {
    expect(await toldOf(schema, input)).not.toContain('493817')
  })

  it('is what was expected', async () => {
    const valibot = await toldOf(v.object({ age: v.number() }), { age: secret })
    expect(valibot).toContain(String.raw`Expected number but received \"…\"`)
    const zod = await toldOf(z.object({ age: z.number().min(18) }), { age: 17 })
    expect(zod).toContain('Too small: expected number to be >=18')
    const arktype = await toldOf(type({ age: 'number >= 18' }), { age: 17 })
    expect(arktype).toContain('age must be at least 18 (was …)')
  })

  it('is not a short value either, wherever it stands alone', async () => {
    const schema = z.object({ pin: z.string().refine(() => false, 'not ?.1, nor a ?.12') })
    expect(await toldOf(schema, { pin: '?.1' })).toContain('body.pin: not …, nor a ?.12')
  })

  it.each(Array.from({ length: 0x80 - 0x20 }, (_, at) => String.fromCodePoint(0x20 + at)))(
    'is not the character %j where it stands alone',
    (character) => {
      const masked = maskValues(`not ( ${character} )`, character, new Set())
      expect(masked.slice(5, -1)).toContain('…')
    },
  )

  it('is not taken for a value because a short one is a part of a word', async () => {
    expect(await toldOf(v.object({ a: v.number() }), { a: 'e' })).toContain('Expected number')
  })
})
