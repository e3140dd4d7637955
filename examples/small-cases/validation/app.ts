import * as v from 'valibot'
import { z } from 'zod'

import express, { validate } from '@tokkyu/core'

export const app = express()

// Zod: what the handlers see is what the schema made of the request, in types as well.
const Paging = z.object({ page: z.coerce.number().int().min(1).default(1) })
const Person = z.object({
  name: z.string().trim().min(1).max(100),
  born: z.iso.date().transform((day) => new Date(day)),
})

app.get('/people', validate({ query: Paging }), (req, res) => {
  res.json({ page: req.query.page, next: req.query.page + 1 })
})

app.post('/people', express.json(), validate({ body: Person }, { status: 422 }), (req, res) => {
  res.status(201).json({ name: req.body.name, year: req.body.born.getUTCFullYear() })
})

// Valibot, by the same call: any library that speaks Standard Schema.
const Order = v.strictObject({
  sku: v.pipe(v.string(), v.regex(/^[A-Z]{2}-\d{4}$/)),
  count: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
const Key = v.looseObject({ 'x-api-key': v.pipe(v.string(), v.length(16)) })

app.post('/orders', express.json(), validate({ body: Order, headers: Key }), (req, res) => {
  res.status(201).json({ ordered: `${req.body.count} × ${req.body.sku}` })
})
