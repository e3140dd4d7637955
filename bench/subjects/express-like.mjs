// One app per scenario, written once for everything that has Express's API.
import path from 'node:path'

import { bigFiles, files, greeting, megabyteOfRows, rows } from '../scenarios.mjs'

/**
 * @param express the framework
 * @param parts `{ session, upload, view }`: loaders of the middleware factories (what a scenario does not
 *   use is not loaded: cold start counts), and the name of the page's template
 * @param tune called with each app before it is used
 */
export function expressLike(express, { session, upload, view }, tune = () => {}) {
  const make = () => {
    const app = express()
    tune(app)
    return app
  }
  const build = {
    s1: () => make().get('/', (req, res) => res.send('Hello, World!')),
    s2: () => make().get('/json', (req, res) => res.json(greeting())),
    s2u: () => {
      let n = 0
      return make().get('/unique', (req, res) => res.json({ ...greeting(), n: n++ }))
    },
    s3: () =>
      make().get('/users/:id/books/:book', (req, res) =>
        res.json({ id: req.params.id, book: req.params.book, x: req.query.x }),
      ),
    s4: () => routes(make(), 100),
    s4k: () => routes(make(), 1000),
    s5: () => {
      const app = make()
      for (let i = 0; i < 10; i++) app.use((req, res, next) => next())
      return app.get('/json', (req, res) => res.json(greeting()))
    },
    s6: () =>
      make()
        .use(express.json())
        .post('/echo', (req, res) => res.json(req.body)),
    s7: () =>
      make()
        .set('views', path.join(import.meta.dirname, '../views'))
        .set('view cache', true)
        .get('/page', (req, res) => res.render(view, { rows })),
    s8: () => make().use(express.static(files)),
    s8b: () => make().use(express.static(files)),
    s9: async () =>
      make()
        .use(
          (await session())({
            secret: 'a secret of the bench',
            resave: false,
            saveUninitialized: false,
          }),
        )
        .get('/count', (req, res) => {
          req.session.n = (req.session.n ?? 0) + 1
          res.json({ n: req.session.n })
        }),
    s10: async () =>
      make().post('/upload', (await upload())().single('file'), (req, res) =>
        res.json({ size: req.file.size }),
      ),
    jsonOut: () => make().get('/big', (req, res) => res.json(megabyteOfRows)),
    jsonIn: () =>
      make()
        .use(express.json({ limit: '2mb' }))
        .post('/big', (req, res) => res.json({ rows: req.body.length })),
    bigFile: () => make().use(express.static(bigFiles)),
    mounted: () =>
      make().use(
        '/sub',
        make().get('/json', (req, res) => res.json(greeting())),
      ),
  }
  return { make, build }
}

function routes(app, count) {
  for (let i = 0; i < count; i++) {
    app.get(`/api/v1/resource${i}/:id/items/:item`, (req, res) =>
      res.json({ id: req.params.id, item: req.params.item }),
    )
  }
  return app
}

/** Each app as something that listens, whether it takes a while to be built or not. */
export const listening = (build) =>
  Object.fromEntries(
    Object.entries(build).map(([name, make]) => [
      name,
      async () => {
        const app = await make()
        return { listen: (...args) => app.listen(...args) }
      },
    ]),
  )
