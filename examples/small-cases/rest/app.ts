import express, { HttpError, type RequestHandler } from '@tokkyu/core'

import { type Note, Notes } from './notes.ts'

export function createApp(notes = new Notes()): express.Express {
  const app = express()
  app.set('problem details', true) // errors as RFC 9457 has them
  app.set('method not allowed', true) // 405 with Allow, instead of 404
  app.param('id', (req, res, next) => {
    const note = notes.find(Number(req.params['id']))
    if (!note) throw new HttpError(404, 'NO_SUCH_NOTE', 'There is no such note')
    res.locals['note'] = note
    next()
  })

  app.get('/notes', (req, res) => {
    res.json(notes.all())
  })

  app.post('/notes', takesJson, express.json(), (req, res) => {
    const note = notes.add(textOf(req.body))
    res.status(201).location(`/notes/${note.id}`).set('ETag', tagOf(note)).json(note)
  })

  app.get('/notes/:id<int>', (req, res) => {
    const note = res.locals['note'] as Note
    res.format({
      json: () => res.set('ETag', tagOf(note)).json(note),
      text: () => res.send(note.text), // another form, so a tag of its own: the one that send makes
    })
  })

  // A note is changed by who has seen it last, and by nobody else.
  app.put('/notes/:id<int>', takesJson, express.json(), (req, res) => {
    const note = res.locals['note'] as Note
    const text = textOf(req.body)
    ifUnchanged(req, note)
    const changed = notes.change(note, text)
    res.set('ETag', tagOf(changed)).json(changed)
  })

  app.delete('/notes/:id<int>', (req, res) => {
    const note = res.locals['note'] as Note
    ifUnchanged(req, note)
    notes.remove(note)
    res.sendStatus(204)
  })
  return app
}

/** 428 without If-Match (RFC 6585 §3), 412 when the note is another by now. */
function ifUnchanged(req: Pick<express.Request, 'get' | 'precondition'>, note: Note): void {
  if (!req.get('If-Match')) {
    throw new HttpError(428, 'IF_MATCH_REQUIRED', 'If-Match says which version is meant')
  }
  req.precondition({ etag: tagOf(note) })
}

const tagOf = ({ version }: Note): string => `"${version}"`

const takesJson: RequestHandler = (req, res, next) => {
  if (req.is('application/json')) return next()
  res.set('Accept', 'application/json') // in an answer: what is taken (RFC 9110 §15.5.16)
  throw new HttpError(415, 'NOT_JSON', 'A note is sent as application/json')
}

function textOf(body: unknown): string {
  const { text } = Object(body) as { text?: unknown }
  if (typeof text === 'string' && text !== '') return text
  throw new HttpError(422, 'NO_TEXT', 'A note has a text')
}
