// What every form of the app shares: data, routes, requests and where the log goes.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const SECRET = 'a secret of the bench, long enough for all'
export const views = path.join(import.meta.dirname, 'views')
const cache = path.join(import.meta.dirname, '../node_modules/.cache/whole-app')

/** The folder that is served: a stylesheet of 6 KiB. */
export const files = path.join(cache, 'public')
mkdirSync(files, { recursive: true })
writeFileSync(path.join(files, 'app.css'), '.row { color: #234; margin: 0 auto }\n'.repeat(170))

/** The access log, a file as morgan's own documentation writes one. */
export const accessLog = (name) =>
  createWriteStream(path.join(cache, `${name}.log`), { flags: 'w' })

export const page = {
  title: 'Orders <of today>',
  user: { name: 'Ada & Co', mail: 'ada@example.test' },
  links: ['orders', 'customers', 'stock', 'reports', 'settings'].map((to) => ({ to, text: to })),
  rows: Array.from({ length: 30 }, (_, id) => ({
    id,
    name: id % 3 ? `Person number ${id}` : `Tom & Ann <${id}>`,
    note: id % 5 ? 'nothing much to say about this one' : 'this is <b>bold</b> & more',
  })),
}

/** Verb, path and name. */
const routes = [
  ['get', '/', 'list'],
  ['post', '/', 'create'],
  ['get', '/search', 'search'],
  ['get', '/:id', 'one'],
  ['put', '/:id', 'replace'],
  ['patch', '/:id', 'change'],
  ['delete', '/:id', 'remove'],
  ['get', '/:id/items', 'items'],
  ['get', '/:id/items/:item', 'item'],
  ['post', '/:id/items', 'add'],
]

/** Twenty sections with these ten routes each. */
export const sections = Array.from({ length: 20 }, (_, i) => ({
  prefix: `/api/section${i}`,
  routes,
}))

/** What each of those routes answers. */
export const answerOf = (section, name, { params, body }) => ({
  section,
  name,
  id: params.id,
  item: params.item,
  body,
})

const boundary = 'a-boundary-of-the-bench'
const upload = Buffer.concat([
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n`,
  ),
  Buffer.alloc(10_240, 'The quick brown fox jumps over the lazy dog.\n'),
  Buffer.from(`\r\n--${boundary}--\r\n`),
])
const plain = { origin: 'https://app.example.test', 'user-agent': 'a browser of the bench' }
const zipped = { ...plain, 'accept-encoding': 'gzip' }
const posted = (type) => ({ method: 'POST', headers: { ...plain, 'content-type': type } })

/** One for each thing that such an app does; `weight` is its share of the mix. */
export const requests = {
  json: { name: 'JSON from a route', path: '/api/section19/7/items/9', headers: plain, weight: 5 },
  post: {
    name: 'JSON posted',
    path: '/api/section9/',
    ...posted('application/json'),
    body: JSON.stringify({ name: 'Ada', tags: ['a', 'b'], amount: 42 }),
    weight: 2,
  },
  form: {
    name: 'a form posted',
    path: '/api/section14/7/items',
    ...posted('application/x-www-form-urlencoded'),
    body: 'name=Ada+Lovelace&mail=ada%40example.test&amount=42',
    weight: 1,
  },
  session: { name: 'a session counted', path: '/count', headers: plain, weight: 2 },
  page: { name: 'a page', path: '/page', headers: plain, weight: 2 },
  gzip: { name: 'the page, compressed', path: '/page', headers: zipped, weight: 0 },
  file: { name: 'a stylesheet', path: '/app.css', headers: plain, weight: 2 },
  upload: {
    name: 'an upload of 10 KiB',
    path: '/upload',
    ...posted(`multipart/form-data; boundary=${boundary}`),
    body: upload,
    weight: 1,
  },
}
