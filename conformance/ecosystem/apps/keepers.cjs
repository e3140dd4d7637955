// oxlint-disable unicorn/consistent-function-scoping -- an app says all that is its own in one place
// Packages that keep what they are given in a service of its own.
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

module.exports = {
  'connect-mongo': {
    app: (express) => {
      const session = require('express-session')
      const { MongoStore } = require('connect-mongo')
      const store = MongoStore.create({ client: mongoClient(), autoRemove: 'disabled' })
      const app = express()
      app.use(session({ secret: 'one', resave: false, saveUninitialized: false, store }))
      app.get('/', (req, res) => {
        req.session.views = (req.session.views ?? 0) + 1
        res.json(req.session.views)
      })
      app.get('/end', (req, res, next) => req.session.destroy((e) => (e ? next(e) : res.send('x'))))
      return app
    },
    requests: [{}, {}, { path: '/end' }, {}],
  },
  'multer-s3': {
    app: async (express) => {
      const S3rver = require('s3rver')
      const s3 = require('@aws-sdk/client-s3')
      const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ecosystem-s3-'))
      process.once('exit', () => fs.rmSync(directory, { recursive: true, force: true }))
      const configureBuckets = [{ name: 'photos' }]
      const where = { address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets }
      const { port } = await new S3rver(where).run()
      const client = new s3.S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        forcePathStyle: true,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
      })
      const storage = require('multer-s3')({
        s3: client,
        bucket: 'photos',
        contentType: (req, file, done) => done(null, file.mimetype),
        key: (req, file, done) => done(null, `${req.body.title}/${file.originalname}`),
      })
      const upload = require('multer')({ storage, limits: { fileSize: 100_000 } })
      const app = express().post('/', upload.single('photo'), (req, res) => {
        const { key, size, contentType, etag } = req.file
        res.json([req.body, { key, size, contentType, etag }])
      })
      app.get('/kept/*key', async (req, res) => {
        const found = await client.send(
          new s3.GetObjectCommand({ Bucket: 'photos', Key: req.params.key.join('/') }),
        )
        res.type(found.ContentType)
        found.Body.pipe(res)
      })
      return app.use((error, req, res, _next) => res.status(500).send(error.code ?? error.name))
    },
    requests: [
      { ...form('blue'), method: 'POST' },
      { path: '/kept/Sea/a.txt' },
      { ...form('b'.repeat(90_000)), method: 'POST' },
      { path: '/kept/Sea/a.txt' },
      { ...form('b'.repeat(200_000)), method: 'POST' },
      { path: '/kept/Sea/none.txt' },
    ],
  },
}

/** What the store asks of a client of MongoDB, kept in a Map: there is no server of it to be had from packages. */
function mongoClient() {
  const kept = new Map()
  const collection = {
    findOne: async ({ _id }) => kept.get(_id) ?? null,
    updateOne: async ({ _id }, { $set }) => {
      const matchedCount = Number(kept.has(_id))
      kept.set(_id, { ...kept.get(_id), ...$set })
      return { matchedCount, upsertedCount: 1 - matchedCount }
    },
    deleteOne: async ({ _id }) => ({ deletedCount: Number(kept.delete(_id)) }),
  }
  return { db: () => ({ collection: () => collection }), close: async () => undefined }
}

function form(text) {
  const body = [
    '--edge\r\nContent-Disposition: form-data; name="title"\r\n\r\nSea\r\n',
    '--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.txt"\r\n',
    `Content-Type: text/plain\r\n\r\n${text}\r\n--edge--\r\n`,
  ].join('')
  return { headers: { 'content-type': 'multipart/form-data; boundary=edge' }, body }
}
