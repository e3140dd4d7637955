// What keeps answers, calls other servers and keeps processes alive, with an app and with a router. Never run.
import { limitConcurrency, memoize, responseCache } from '@tokkyu/cache'
import { health, metrics, ready, worker } from '@tokkyu/cluster'
import express, { type Request, type RequestHandler } from '@tokkyu/core'
import { Router } from '@tokkyu/router'
import { connect, createRpcServer, loadService, type Unary } from '@tokkyu/rpc'
import session from '@tokkyu/session'
import upload from '@tokkyu/upload'
import { createEngine } from '@tokkyu/views'

const app = express()
const router = new Router()
const views = createEngine({ roots: 'views' })

// core, cache: inline handlers behind it know their path.
const pages = responseCache({ ttl: 1000 })
app.use(limitConcurrency({ max: 100, queue: 200, skip: (req) => req.url === '/health' }))
app.get('/news/:id<int>', pages, (req, res) => res.json(req.params.id.toFixed()))
const declared: RequestHandler = pages
app.use(declared)

// router, cache; session, upload, cache; views, cache.
router.use(limitConcurrency({ max: 10 })).get('/:id<int>', pages, (req, res) => {
  res.end(req.params.id.toFixed())
})
app.post('/', session({ secret: 'x' }), pages, upload().single('file'), (req, res) => {
  res.json([req.session.id, req.file?.size])
})
const page = memoize((name: string) => views.renderFile(name), { ttl: 1000, key: (name) => name })
app.get('/page', async (_req, res) => res.send(await page('page')))

// core, rpc: a handler that calls on, and gives up with its client.
interface Catalog {
  getBook: Unary<{ id: number }, { title: string }>
}
const shop = await loadService<Catalog>('shop.proto', 'shop.Catalog')
const catalog = connect(shop, 'localhost:4000')
app.get('/books/:id<int>', async (req, res) => {
  const book = await catalog.getBook({ id: req.params.id }, { signal: req.signal })
  res.json(book.title.toUpperCase())
})
createRpcServer().add(shop, { getBook: ({ id }) => ({ title: String(id) }) })

// rpc, cache.
const kept = memoize((id: number) => catalog.getBook({ id }), {
  ttl: 1000,
  key: (id) => String(id),
})
app.get('/kept', async (_req, res) => res.send((await kept(7)).title))

// core, router, cluster.
app.get('/health', health()).get('/ready', ready()).get('/metrics', metrics())
router.get('/health', health())
await worker(app, { port: 0 })
await worker((req, res) => router(req, res, () => res.end()), { port: 0 })

// @ts-expect-error a client is not known to have what its service has not
void catalog.getBooks
// @ts-expect-error what is kept is waited for
app.use((req: Request) => page(req.url).length)
