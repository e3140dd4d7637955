// The app on everything that has Express's API, with the middleware that people bring along.
import compression from 'compression'
import cookieParser from 'cookie-parser'
import cors from 'cors'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import morgan from 'morgan'

import { SECRET, accessLog, answerOf, files, page, sections, views } from './parts.mjs'

/**
 * @param express the framework
 * @param parts `{ session, upload, view, log }`: the factories of the middleware for sessions and uploads,
 *   the name of the page's template, and that of the log
 */
export function wholeApp(express, { session, upload, view, log }) {
  const app = express()
  app.set('views', views)
  app.use(morgan('combined', { stream: accessLog(log) }))
  app.use(helmet())
  app.use(cors())
  app.use(compression())
  app.use(
    rateLimit({ windowMs: 60_000, limit: 1e9, standardHeaders: 'draft-8', legacyHeaders: false }),
  )
  app.use(express.static(files))
  app.use(cookieParser(SECRET))
  app.use(session({ secret: SECRET, resave: false, saveUninitialized: false }))
  app.use(express.json())
  app.use(express.urlencoded({ extended: false }))

  for (const { prefix, routes } of sections) {
    const router = express.Router()
    for (const [verb, path, name] of routes)
      router[verb](path, (req, res) => res.json(answerOf(prefix, name, req)))
    app.use(prefix, router)
  }
  app.get('/page', (req, res) => res.render(view, page))
  app.get('/count', (req, res) => {
    req.session.n = (req.session.n ?? 0) + 1
    res.json({ n: req.session.n })
  })
  app.post('/upload', upload().single('file'), (req, res) => res.json({ size: req.file.size }))
  app.use((req, res) => res.status(404).json({ error: 'not found' }))
  // By its four parameters it is known as one for errors.
  app.use((error, req, res, _next) => {
    res.status(error.status ?? 500).json({ error: error.message })
  })
  return app
}
