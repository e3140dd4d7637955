import { openapi, type RequestHandler } from '@tokkyu/core'

import { commandOf, EXAMPLES, REFUSED } from '../api/examples.ts'
import { speak } from '../language.ts'

const INFO = { title: 'Rock, paper, scissors', version: '1.0.0' }

/** `GET /api/openapi.json`: what the routes declare, as tools read it. */
export const showDocument: RequestHandler = (req, res) => {
  res.set('Cache-Control', 'no-cache').json(openapi(req.app, INFO))
}

/** `GET /api`: each operation with an example, for people; programs get the document. */
export const showApi: RequestHandler = (req, res, next) => {
  const t = speak(req, res)
  const origin = `${req.protocol}://${req.host}`
  const refused = { ...REFUSED, command: commandOf({ method: 'GET', path: REFUSED.path }, origin) }
  const operations = EXAMPLES.map((example) => ({
    ...example,
    summary: t.api.operations[example.id],
    command: commandOf(example, origin),
  }))
  const page = () => res.render('api.html', { t, operations, refused })
  res.set('Cache-Control', 'no-cache')
  res.format({ html: page, json: () => showDocument(req, res, next), default: page })
}
