// The same middleware without a framework: what the app costs before a framework has done anything.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'

import compression from 'compression'
import cookieParser from 'cookie-parser'
import cors from 'cors'
import ejs from 'ejs'
import express from 'express'
import { rateLimit } from 'express-rate-limit'
import session from 'express-session'
import helmet from 'helmet'
import morgan from 'morgan'
import multer from 'multer'

import { SECRET, accessLog, answerOf, files, page, views } from './parts.mjs'

/** Express's `json`, `urlencoded` and `static` are packages that work on node's own messages. */
const steps = [
  morgan('combined', { stream: accessLog('chain') }),
  helmet(),
  cors(),
  compression(),
  // It looks at the app's settings otherwise, and there is no app.
  rateLimit({
    windowMs: 60_000,
    limit: 1e9,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: false,
  }),
  express.static(files),
  cookieParser(SECRET),
  session({ secret: SECRET, resave: false, saveUninitialized: false }),
  express.json(),
  express.urlencoded({ extended: false }),
]
const upload = multer().single('file')
const filename = path.join(views, 'page.ejs')
const template = ejs.compile(readFileSync(filename, 'utf8'), { filename, cache: true })

/** Calls one middleware after the other, and then what answers. */
export const chain = () =>
  createServer((req, res) => {
    let at = 0
    const next = (error) => {
      if (error) throw error
      const step = steps[at++]
      if (step) step(req, res, next)
      else route(req, res)
    }
    // What the limiter of rates needs of a framework.
    req.ip = req.socket.remoteAddress
    res.append = append
    next()
  })

function append(name, value) {
  return this.appendHeader(name, value)
}

function route(req, res) {
  const { url } = req
  if (url === '/page') return answer(res, 'text/html; charset=utf-8', template(page))
  if (url === '/count') {
    req.session.n = (req.session.n ?? 0) + 1
    return json(res, { n: req.session.n })
  }
  if (url === '/upload') return upload(req, res, () => json(res, { size: req.file.size }))
  const [, , section, id, , item] = url.split('/')
  // The routes of `requests`: one takes a body, one two parameters, one a body and a parameter.
  const name = item !== undefined ? 'item' : id === '' ? 'create' : 'add'
  const params = { id: id || undefined, item }
  return json(res, answerOf(`/api/${section}`, name, { params, body: req.body }))
}

const json = (res, value) => answer(res, 'application/json; charset=utf-8', JSON.stringify(value))

/** With the headers that Express sends and helmet leaves; one by one, as middleware has filled the table already. */
function answer(res, type, text) {
  const length = Buffer.byteLength(text)
  res.setHeader('Content-Type', type)
  res.setHeader('Content-Length', length)
  res.setHeader('ETag', `W/"${length.toString(16)}-${hash('sha1', text, 'base64').slice(0, 27)}"`)
  res.end(text)
}
