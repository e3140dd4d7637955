import express from '@tokkyu/core'

import { type Controller, naturalRoutes } from './natural-routes.ts'

const shelf = new Map([['1', 'Emma']])

const index: Controller = {
  get: {
    index: (req, res) => res.send('Welcome'),
  },
}

const books: Controller = {
  get: {
    index: (req, res) => res.json([...shelf.values()]),
    show: (req, res, id) => {
      const title = shelf.get(id)
      return title === undefined ? res.sendStatus(404) : res.json({ id, title })
    },
    between: (req, res, from, to) =>
      res.json([...shelf].filter(([id]) => id >= from && id <= to).map(([, title]) => title)),
  },
  post: {
    rename: (req, res, id) => {
      const { title } = Object(req.body) as { title?: unknown }
      if (!shelf.has(id)) return res.sendStatus(404)
      if (typeof title !== 'string') return res.sendStatus(400)
      shelf.set(id, title)
      return res.redirect(303, `/books/show/${encodeURIComponent(id)}`)
    },
  },
}

export const app = express()
app.use(express.urlencoded())
app.all('/{:controller}{/:action}{/*args}', naturalRoutes({ index, books }))
