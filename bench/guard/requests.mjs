// Apps, and requests for them without a socket: node's own request and response objects, and an
// answer that goes into the response's buffer.
import { IncomingMessage, ServerResponse } from 'node:http'

import express from '../../packages/core/entry/index.mjs'
import { greeting } from '../scenarios.mjs'

const withLayers = (count, add, path = '/json') => {
  const app = express().disable('etag')
  for (let i = 0; i < count; i++) add(app, i)
  return app.get(path, (req, res) => res.json(greeting()))
}
const pass = (req, res, next) => next()
const middleware = (app) => app.use((req, res, next) => next())
const route = (app, i) => app.get(`/other${i}/:id`, (req, res) => res.end())

/** What answers. Each of them answers `/json` with the same body. */
export const apps = {
  bare: () => (req, res) => {
    const body = JSON.stringify(greeting())
    res.setHeader('Content-Type', 'application/json; charset=utf-8')
    res.setHeader('Content-Length', Buffer.byteLength(body))
    res.end(body)
  },
  app: () => withLayers(0, middleware),
  middlewares: () => withLayers(20, middleware),
  param: () => withLayers(0, route, '/:name'),
  routes: () => withLayers(200, route, '/:name'),
  handlers: () => withLayers(1, (app) => app.get('/json', pass, pass)),
}

/** @returns a function that lets `handle` answer one request; an app gets pairs as `listen` makes them. */
export function requester(handle) {
  const Request = handle.request?.constructor ?? IncomingMessage
  const Response = handle.response?.constructor ?? ServerResponse
  return () => {
    const req = new Request(null)
    req.method = 'GET'
    req.url = '/json'
    req.httpVersionMajor = req.httpVersionMinor = 1
    req.rawHeaders = ['Host', 'a.test']
    req.headers.host = 'a.test'
    handle(req, new Response(req))
  }
}
