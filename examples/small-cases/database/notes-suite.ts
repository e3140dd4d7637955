import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Express } from '@tokkyu/core'

import { createApp } from './app.ts'
import type { Note, Notes } from './notes.ts'

/** What the app does on every database. */
export function describeNotes(name: string, open: () => Promise<Notes>): void {
  describe(`notes in ${name}`, () => {
    let notes: Notes
    let app: Express
    beforeAll(async () => {
      notes = await open()
      app = createApp(notes)
    })
    afterAll(() => notes?.close())

    const post = (text: unknown): request.Test => request(app).post('/notes').send({ text })

    it('are kept, found, listed in their order, and removed', async () => {
      const { body: first } = (await post('buy milk').expect(201)) as { body: Note }
      const { body: second } = (await post('Grüße 👋').expect(201)) as { body: Note }
      await request(app).get(`/notes/${second.id}`).expect(200, { id: second.id, text: 'Grüße 👋' })
      await request(app).get('/notes').expect(200, [first, second])
      await request(app).delete(`/notes/${first.id}`).expect(204)
      await request(app).delete(`/notes/${first.id}`).expect(404)
      await request(app).get('/notes').expect(200, [second])
    })

    it.each(["'); DROP TABLE notes; --", "' OR '1'='1", '{"$gt":""}', '$1 ? %s \\'])(
      'keep %j as it is',
      async (text) => {
        const { body } = (await post(text).expect(201)) as { body: Note }
        await request(app).get(`/notes/${body.id}`).expect(200, { id: body.id, text })
      },
    )

    it.each(['0', '-1', '9'.repeat(30), '0'.repeat(24), '[object Object]', '__proto__'])(
      'are not found, nor removed, by the id %j',
      async (id) => {
        const before = await notes.all()
        await request(app).get(`/notes/${id}`).expect(404)
        await request(app).delete(`/notes/${id}`).expect(404)
        expect(await notes.all()).toEqual(before)
      },
    )

    it('have one id each, and answer to no other spelling of it', async () => {
      const { id } = await notes.add('kept')
      const others = [
        `${id}e0`,
        `${id}.0`,
        ` ${id}`,
        `+${id}`,
        `0${id}`,
        `${id} OR 1=1`,
        `${id}'--`,
      ]
      for (const other of others) {
        // oxlint-disable-next-line no-await-in-loop -- a second one would meet what the first has removed
        await request(app)
          .delete(`/notes/${encodeURIComponent(other)}`)
          .expect(404)
      }
      expect(await notes.find(id)).toEqual({ id, text: 'kept' })
    })

    it.each([[{ $gt: '' }], [['a']], [7], [null], [''], ['a\0b']])(
      'are not made of %j: 422',
      async (text) => {
        await post(text).expect(422)
      },
    )

    it('are not made of a form, 415, nor of broken JSON, 400', async () => {
      await request(app).post('/notes').type('form').send('text=x').expect(415)
      await request(app).post('/notes').type('json').send('{"text').expect(400)
    })

    it('are all kept when many are made at once', async () => {
      const before = (await notes.all()).length
      await Promise.all(Array.from({ length: 20 }, (_, n) => post(`note ${n}`).expect(201)))
      const all = await notes.all()
      expect(new Set(all.map(({ id }) => id)).size).toBe(before + 20)
    })
  })
}
