import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { app } from './app.ts'

const order = '<order><item sku="AB-1" count="2"/><item sku="CD-2" count="3"/></order>'

function post(body: string, type = 'application/xml'): request.Test {
  return request(app).post('/orders').type(type).send(body)
}

describe('an order in XML', () => {
  it('is answered in XML, or in JSON when that is asked for', async () => {
    await post(order)
      .expect('Content-Type', /^application\/xml/)
      .expect(200, '<order><total>5</total><first>AB-1</first></order>')
    await post(order)
      .accept('json')
      .expect(200, { order: { total: '5', first: 'AB-1' } })
  })

  it.each(['text/xml; charset=utf-8', 'application/vnd.shop+xml'])('may be %s', async (type) => {
    await post(order, type).expect(200)
  })

  it('has the five entities of XML read and written', () =>
    post('<order><item sku="&lt;a&gt; &amp; &quot;b&quot;" count="1"/></order>').expect(
      200,
      '<order><total>1</total><first>&lt;a&gt; &amp; &quot;b&quot;</first></order>',
    ))

  it.each([
    ['<order/>', 'no item'],
    ['<order><item sku="AB-1"/></order>', 'no count'],
    ['<order><item sku="AB-1" count="-1"/></order>', 'less than one'],
    ['<note>hi</note>', 'no order'],
  ])('%s is answered 422: %s', async (body) => {
    await post(body).expect(422)
  })
})

describe('what is refused', () => {
  it('is another type: 415', async () => {
    await request(app).post('/orders').send({ order: {} }).expect(415)
    await post(order, 'text/plain').expect(415)
    await request(app).post('/orders').expect(415)
  })

  it.each(['<order>', '<order></item>', 'order', '<order><item sku=AB/></order>', '<a/><b/>'])(
    'is XML that is broken: %s is answered 400',
    async (body) => {
      await post(body).expect(400)
    },
  )

  it('is more than the limit: 413', () => post(`<a>${'x'.repeat(200_000)}</a>`).expect(413))

  it('is nesting without end: 400', () =>
    post('<a>'.repeat(10_000) + '</a>'.repeat(10_000)).expect(400))

  it.each(['__proto__', 'constructor', 'prototype'])(
    'is a tag <%s> that reaches objects',
    async (name) => {
      await post(`<order><${name}><item sku="AB-1" count="1"/></${name}></order>`).expect(
        ({ status }) => expect([400, 422]).toContain(status),
      )
      expect(Object.keys(Object.prototype)).toEqual([])
      expect({}).not.toHaveProperty('item')
    },
  )
})

describe('entities that a client declares', () => {
  const lol = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`)
  const bomb = (doctype: string): string =>
    `<?xml version="1.0"?><!${doctype} order [<!ENTITY l0 "lol">${lol.join('')}]><order><item sku="&l9;" count="1"/></order>`

  it.each(['DOCTYPE', 'doctype', 'DocType'])(
    'are no bomb: <!%s is answered 400',
    async (doctype) => {
      await post(bomb(doctype)).expect(400)
    },
  )

  it('are no bomb in UTF-16 either', async () => {
    await request(app)
      .post('/orders')
      .type('application/xml; charset=utf-16le')
      .serialize((body) => body as string)
      .send(Buffer.from(bomb('DOCTYPE'), 'utf16le'))
      .expect(400, { error: 'XML with a DOCTYPE is not taken' })
  })

  it('name no file, and no other host', async () => {
    const { status, text } = await post(
      '<!DOCTYPE order [<!ENTITY x SYSTEM "file:///etc/passwd">]><order><item sku="&x;" count="1"/></order>',
    )
    expect([status, text]).toEqual([400, '{"error":"XML with a DOCTYPE is not taken"}'])
  })
})
