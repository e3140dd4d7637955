import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Eta } from 'eta'
import { Hono } from 'hono'
import { etag } from 'hono/etag'
import path from 'node:path'

import { files, greeting, rows } from '../scenarios.mjs'

const eta = new Eta({ cache: true, autoTrim: false })
eta.loadTemplate(
  '@page',
  '<table>\n<% for (const row of it.rows) { -%>\n<tr><td><%= row.id %></td><td><%= row.name %></td><td><%= row.mail %></td><td><%= row.note %></td></tr>\n<% } -%>\n</table>\n',
)
const root = path.relative(process.cwd(), files)
let n = 0

const build = {
  s1: () => new Hono().get('/', (c) => c.html('Hello, World!')),
  s2: () => new Hono().get('/json', (c) => c.json(greeting())),
  s2u: () => new Hono().get('/unique', (c) => c.json({ ...greeting(), n: n++ })),
  s3: () =>
    new Hono().get('/users/:id/books/:book', (c) =>
      c.json({ id: c.req.param('id'), book: c.req.param('book'), x: c.req.query('x') }),
    ),
  s4: () => {
    const app = new Hono()
    for (let i = 0; i < 100; i++)
      app.get(`/api/v1/resource${i}/:id/items/:item`, (c) =>
        c.json({ id: c.req.param('id'), item: c.req.param('item') }),
      )
    return app
  },
  s5: () => {
    const app = new Hono()
    for (let i = 0; i < 10; i++) app.use((c, next) => next())
    return app.get('/json', (c) => c.json(greeting()))
  },
  s6: () => new Hono().post('/echo', async (c) => c.json(await c.req.json())),
  s7: () => new Hono().get('/page', (c) => c.html(eta.render('@page', { rows }))),
  s8: () => new Hono().use(serveStatic({ root })),
  s8b: () => new Hono().use(etag()).use(serveStatic({ root })),
  s10: () =>
    new Hono().post('/upload', async (c) => c.json({ size: (await c.req.parseBody()).file.size })),
}

export const apps = Object.fromEntries(
  Object.entries(build).map(([name, app]) => [
    name,
    () => ({
      listen: (port, hostname, then) => serve({ fetch: app().fetch, port, hostname }, then),
    }),
  ]),
)
