// Code and packages that import `express`, where `paths` make that name mean us. Never run.
import compression from 'compression'
import cors from 'cors'
import express, { type Request, type Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import type { ParamsDictionary, Query } from 'express-serve-static-core'
import multer from 'multer'

import type { Express } from '@tokkyu/core'

declare module 'express-serve-static-core' {
  interface Request {
    tenant: string
  }
}
declare module 'express' {
  interface Request {
    trace: number
  }
}

const app = express()
const ours: Express = app
ours.use(compression({ filter: (_req: Request, res: Response) => !res.headersSent }), cors())
app.use(rateLimit({ keyGenerator: (req: Request) => req.tenant + req.trace }))
app.post('/files/:name<int>', multer().single('file'), (req, res) => {
  const name: number = req.params.name
  res.json({ name, tenant: req.tenant, trace: req.trace, size: req.file?.size })
})
const typed = (req: Request<ParamsDictionary, unknown, { a: string }, Query>): string => req.body.a
app.post('/typed', (req, res) => res.send(typed(req)))
// @ts-expect-error `idd` is not in the path
app.get('/users/:id', cors(), (req, res) => res.send(req.params.idd))
