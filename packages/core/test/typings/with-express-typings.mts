// A project that has @types/express and its kin installed, on our core. Compiled with
// `skipLibCheck: false` by with-express-typings.test.ts; never run.
import cookieParser from 'cookie-parser'
import cors from 'cors'
import type * as theirs from 'express'
import session from 'express-session'
import morgan from 'morgan'
import multer from 'multer'
import passport from 'passport'

import express, { type Request, type RequestHandler, type Response } from '@tokkyu/core'

declare module 'express-session' {
  interface SessionData {
    views: number
  }
}

declare global {
  namespace Express {
    interface User {
      name: string
    }
    interface Request {
      requestId: string
    }
    interface Locals {
      nonce: string
    }
  }
}

const app = express()
app.use(cors())
app.use(cookieParser('secret'))
app.use(morgan('tiny'))
app.use(session({ secret: 'secret', resave: false, saveUninitialized: false }))
app.use(passport.initialize())
app.post('/login', passport.authenticate('local'), (req, res) => res.send(req.user?.name))
app.post('/upload', multer().single('file'), (req, res) => res.send(req.file?.originalname))

app.get('/users/:id', (req, res) => {
  const views: number = (req.session.views ?? 0) + 1
  const id: string = req.params.id
  const requestId: string = req.requestId
  const nonce: string = res.locals.nonce
  res.json({ views, id, requestId, nonce, loggedIn: req.isAuthenticated() })
  // @ts-expect-error a session knows its own fields only
  void req.session.unknown
})

// Middleware written for Express's typings.
const foreign: theirs.RequestHandler = (req, res, next) => {
  res.locals['seen'] = req.ip
  next()
}
const foreignError: theirs.ErrorRequestHandler = (_error, _req, res, _next) => {
  res.status(500).end()
}
app.use(foreign)
app.use('/x', foreign, foreignError)
app.get('/y', foreign)

// Ours, where theirs is expected.
export const readTheirs = (req: theirs.Request): string => req.originalUrl
export const fromOurs = (req: Request): string => readTheirs(req)
export const ourHandler: RequestHandler = (_req: Request, res: Response) => res.end()
app.listen(3000)
