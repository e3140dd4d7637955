import { access, constants } from 'node:fs/promises'
import path from 'node:path'

import express from '@tokkyu/core'
import { csrf } from '@tokkyu/session'

import { notFound, showError } from './error-page.js'
import { health } from './health.js'
import { Pictures } from './pictures.js'
import { securityHeaders } from './security-headers.js'
import { sessions } from './sessions.js'

/** Both `src` and `dist` lie one level below it. */
const HOME = path.resolve(import.meta.dirname, '..')

/** Puts the site together. The order of the lines is the order in which a request meets them. */
export function createApp(config, store) {
  const app = express()
  app.disable('x-powered-by')
  app.set('views', path.join(HOME, 'views'))
  if (config.behindTls) app.set('trust proxy', 1)

  app.use(
    '/health',
    health(() => isWritable(config.dataDirectory)),
  )
  app.use(securityHeaders)
  app.use(express.static(path.join(HOME, 'public')))

  const pictures = new Pictures(path.join(config.dataDirectory, 'pictures'))
  app.use(sessions(config, store), express.urlencoded(), csrf())

  app.get('/', (req, res) => {
    const { name, picture } = req.session
    res.render('home.html', { name, hasPicture: picture !== undefined })
  })
  app.post('/name', (req, res) => {
    const name = String(req.body?.name ?? '').trim()
    if (name) req.session.name = name.slice(0, 40)
    res.redirect(303, '/')
  })
  app.post('/leave', async (req, res) => {
    const { picture } = req.session
    await req.session.destroy()
    await pictures.remove(picture)
    res.redirect(303, '/')
  })

  app.post('/picture', pictures.receive('picture'), async (req, res) => {
    const former = req.session.picture
    req.session.picture = pictures.accept(req.file)
    await pictures.remove(former)
    res.redirect(303, '/')
  })
  app.get('/picture', (req, res, next) => {
    const { picture } = req.session
    if (picture) pictures.send(res, picture)
    else next()
  })

  // While it is written, `tokkyu dev` shows what failed and where, and the routes that are near.
  if (!config.isDevelopment) {
    app.use(notFound)
    app.use(showError)
  }
  return app
}

function isWritable(folder) {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
}
