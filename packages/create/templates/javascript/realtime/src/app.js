import path from 'node:path'

import express, { EventLog } from '@tokkyu/core'
import { csrf } from '@tokkyu/session'

import { chat } from './chat.js'
import { notFound, showError } from './error-page.js'
import { health } from './health.js'
import { securityHeaders } from './security-headers.js'
import { sessions } from './sessions.js'

/** Both `src` and `dist` lie one level below it. */
const HOME = path.resolve(import.meta.dirname, '..')

/** Puts the chat together. The order of the lines is the order in which a request meets them. */
export function createApp(config, store) {
  const app = express()
  app.disable('x-powered-by')
  app.set('views', path.join(HOME, 'views'))
  if (config.behindTls) app.set('trust proxy', 1)

  app.use(
    '/health',
    health(async () => true),
  )
  app.use(securityHeaders)
  app.use(express.static(path.join(HOME, 'public')))

  app.use(sessions(config, store), express.urlencoded(), csrf())

  app.get('/', (req, res) => {
    res.render('home.html', { name: req.session.name })
  })
  app.post('/name', (req, res) => {
    const name = String(req.body?.name ?? '').trim()
    if (name) req.session.name = name.slice(0, 40)
    res.redirect(303, '/')
  })

  // How many are here: server-sent events, of which who comes gets the last one first.
  const people = new EventLog({ keep: 1 })
  app.get('/people', (_req, res) => {
    res.sse(people)
  })

  // What is said: only who has a name may, and only from a page of this server (403 for others).
  app.ws(
    '/chat',
    { maxPayload: 4096 },
    (req, res, next) => {
      if (req.session.name) next()
      else res.sendStatus(401)
    },
    chat(app, people),
  )

  // While it is written, `tokkyu dev` shows what failed and where, and the routes that are near.
  if (!config.isDevelopment) {
    app.use(notFound)
    app.use(showError)
  }
  return app
}
