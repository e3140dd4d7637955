import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { z } from 'zod'

import express, { openapi, validate } from '@tokkyu/core'

const Book = z.object({ title: z.string().min(1), year: z.int().optional() }).meta({ id: 'Book' })
const Review = v.object({ stars: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)) })

export const app = express()
const books = [{ title: 'Emma', year: 1815 }]

app.get(
  '/books/:id<int>',
  validate(
    {},
    {
      operation: { summary: 'One book', operationId: 'showBook' },
      responses: { 200: Book, 404: { description: 'No such book' } },
    },
  ),
  (req, res) => {
    const book = books[req.params.id]
    return book ? res.json(book) : res.sendStatus(404)
  },
)

app.post(
  '/books',
  express.json(),
  validate({ body: Book }, { responses: { 201: Book } }),
  (req, res) => {
    books.push(req.body as (typeof books)[number])
    res
      .status(201)
      .location(`/books/${books.length - 1}`)
      .json(req.body)
  },
)

app.post('/books/:id<int>/reviews', express.json(), validate({ body: Review }), (req, res) => {
  return books[req.params.id] ? res.status(201).json(req.body) : res.sendStatus(404)
})

app.get('/openapi.json', validate({}, { operation: { hidden: true } }), (req, res) => {
  res.json(document())
})

function document() {
  return openapi(app, { title: 'Books', version: '1.0.0' }, { toJsonSchema: ofValibot })
}

/** Zod writes JSON Schema itself; Valibot has a package for it. */
function ofValibot(schema: z.ZodType | v.GenericSchema, side: 'input' | 'output') {
  const isValibot = schema['~standard'].vendor === 'valibot'
  return isValibot ? toJsonSchema(schema as v.GenericSchema, { typeMode: side }) : undefined
}
