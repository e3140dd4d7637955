import express from '@tokkyu/core'

import type { Notes } from './notes.ts'

export function createApp(notes: Notes): express.Express {
  const app = express()

  app.get('/notes', async (req, res) => {
    res.json(await notes.all())
  })

  app.post('/notes', express.json(), async (req, res) => {
    if (!req.is('json')) return res.sendStatus(415)
    const { text } = Object(req.body) as { text?: unknown }
    if (typeof text !== 'string' || text === '' || text.includes('\0')) return res.sendStatus(422)
    const note = await notes.add(text)
    return res.status(201).location(`/notes/${note.id}`).json(note)
  })

  app.get('/notes/:id', async (req, res) => {
    const note = await notes.find(req.params.id)
    return note ? res.json(note) : res.sendStatus(404)
  })

  app.delete('/notes/:id', async (req, res) => {
    return res.sendStatus((await notes.remove(req.params.id)) ? 204 : 404)
  })
  return app
}
