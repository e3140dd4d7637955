// Middleware of others, typed for the Express typings that are installed, on our app. Never run.
import compression from 'compression'
import cookieParser from 'cookie-parser'
import cors from 'cors'
import { rateLimit } from 'express-rate-limit'
import theirSession from 'express-session'
import { body, validationResult } from 'express-validator'
import helmet from 'helmet'
import { createProxyMiddleware } from 'http-proxy-middleware'
import morgan from 'morgan'
import multer from 'multer'
import { createServer } from 'node:http'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { Server } from 'socket.io'
import supertest from 'supertest'
import swagger from 'swagger-ui-express'

import express, { type NextFunction, type Request, type Response } from '@tokkyu/core'

const app = express()
app.use(compression(), cors(), cookieParser('secret'), helmet(), morgan('tiny'))
app.use(rateLimit({ windowMs: 1000 }))
app.use(theirSession({ secret: 'secret', resave: false, saveUninitialized: false }))
app.use(passport.initialize(), passport.session())
app.use('/proxy', createProxyMiddleware({ target: 'http://127.0.0.1:1' }))
app.use('/docs', swagger.serve, swagger.setup({}))

// Theirs first, ours behind: what the path and they have said is known.
app.get('/users/:id<int>', rateLimit({}), passport.authenticate('local'), (req, res, next) => {
  const id: number = req.params.id
  if (id === 0) return next()
  return res.json({ id, user: req.user })
})
app.post('/upload/:name', multer().single('file'), (req, res) => {
  const name: string = req.params.name
  res.send(`${name}: ${req.file?.originalname}`)
})
app.post('/validated', body('email').isEmail(), [body('name').notEmpty()], (req, res) => {
  res.json(validationResult(req).array())
})
// @ts-expect-error `idd` is not in the path, whoever stands between
app.get('/teams/:id', rateLimit({}), (req, res) => res.send(req.params.idd))

// Callbacks that say whose request they take.
app.use(rateLimit({ keyGenerator: (req: Request) => req.ip ?? '' }))
app.use(
  rateLimit({
    handler: (_req: Request, res: Response, _next: NextFunction) => void res.sendStatus(429),
  }),
)
app.use(compression({ filter: (_req: Request, res: Response) => !res.headersSent }))
app.use(morgan((_tokens, req) => req.method ?? ''))
passport.use(
  new Strategy({ passReqToCallback: true }, (req, _user, _password, done) =>
    done(null, { id: req.ip }),
  ),
)
app.use(
  multer({
    storage: multer.diskStorage({
      destination: (_req, _file, done) => done(null, '/tmp'),
      filename: (_req, file, done) => done(null, file.originalname),
    }),
    fileFilter: (_req, _file, done) => done(null, true),
  }).any(),
)

// Error handlers and middleware as Express apps write them.
app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
  if (res.headersSent) return next(error)
  return res.status(500).send('no')
})

const server = createServer(app)
new Server(server)
await supertest(app).get('/')
