import { XMLBuilder } from 'fast-xml-parser'

import express, { type ErrorRequestHandler } from '@tokkyu/core'

import { xml } from './xml.ts'

interface Item {
  readonly sku: string
  readonly count: number
}

const builder = new XMLBuilder()

export const app = express()

app.post('/orders', xml(), (req, res) => {
  if (typeof req.body !== 'object') return res.sendStatus(415)
  const items = itemsOf(req.body)
  if (!items) return res.status(422).send({ error: 'An order has items with sku and count' })
  const total = items.reduce((sum, { count }) => sum + count, 0)
  const answer = { order: { total: String(total), first: items[0]?.sku } }
  return res.format({
    xml: () => res.send(builder.build(answer)),
    json: () => res.json(answer),
  })
})

/** What came is nobody's type yet. */
function itemsOf(body: unknown): Item[] | undefined {
  const { order } = Object(body) as { order?: unknown }
  const { item } = Object(order) as { item?: unknown }
  if (!Array.isArray(item)) return undefined
  const items = item.map((each) => {
    const { sku, count } = Object(each) as Record<string, unknown>
    return { sku: typeof sku === 'string' ? sku : '', count: Number(count) }
  })
  return items.every(({ sku, count }) => sku && Number.isInteger(count) && count > 0)
    ? items
    : undefined
}

const errors: ErrorRequestHandler = (error, req, res, _next) => {
  const { status = 500, message } = error as Error & { status?: number }
  res.status(status).json({ error: status < 500 ? message : 'Something went wrong' })
}
app.use(errors)
