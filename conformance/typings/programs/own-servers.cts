// What keeps answers, calls other servers, keeps processes alive and checks input, under CommonJS. Never run.
import cache = require('@tokkyu/cache')
import cluster = require('@tokkyu/cluster')
import express = require('@tokkyu/core')
import rpc = require('@tokkyu/rpc')

const app = express()

// cache
const pages = cache.responseCache({ ttl: 1000 })
app.use(cache.limitConcurrency({ max: 100, queue: 200 }))
app.get('/news/:id<int>', pages, (req, res) => res.json(req.params.id.toFixed()))

// rpc, cache
interface Catalog {
  getBook: rpc.Unary<{ id: number }, { title: string }>
}
async function callOn(): Promise<void> {
  const shop = await rpc.loadService<Catalog>('shop.proto', 'shop.Catalog')
  const catalog = rpc.connect(shop, 'localhost:4000')
  const kept = cache.memoize((id: number) => catalog.getBook({ id }), {
    ttl: 1000,
    key: (id) => String(id),
  })
  app.get('/books/:id<int>', async (req, res) => res.send((await kept(req.params.id)).title))
  rpc.createRpcServer().add(shop, { getBook: ({ id }) => ({ title: id.toFixed() }) })
  // @ts-expect-error a client is not known to have what its service has not
  void catalog.getBooks
}

// validate
const Page: express.StandardSchema<unknown, { page: number }> = {
  '~standard': { version: 1, vendor: 'own', validate: () => ({ value: { page: 1 } }) },
}
app.get('/list', express.validate({ query: Page }), (req, res) =>
  res.send(req.query.page.toFixed()),
)
app.get('/openapi.json', (_req, res) => {
  res.json(express.openapi(app, { title: 'List', version: '1' }))
})

// cluster
app.get('/health', cluster.health()).get('/ready', cluster.ready())
void callOn().then(() => cluster.worker(app, { port: 0 }))
