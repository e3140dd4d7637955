// Packages that read bodies.
const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }
const MULTIPART = { 'content-type': 'multipart/form-data; boundary=edge' }
const FORM = [
  '--edge\r\nContent-Disposition: form-data; name="title"\r\n\r\nSea\r\n',
  '--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.txt"\r\n',
  'Content-Type: text/plain\r\n\r\nblue\r\n--edge--\r\n',
].join('')

const NO_EMAIL =
  '[{"type":"field","value":"none","msg":"Invalid value","path":"email","location":"body"}]'

function answerErrors(error, req, res, _next) {
  res.status(error.status ?? 500).json({ code: error.code, type: error.type, name: error.name })
}

module.exports = {
  'body-parser': {
    app: (express) => {
      const parser = require('body-parser')
      const app = express()
      app.use(parser.json({ limit: 100 }), parser.urlencoded({ extended: true }), parser.text())
      // The parsers of Express behind those of the package, after a while: they leave the body alone.
      app.use((req, res, next) => setTimeout(() => next(), 5), express.json(), express.urlencoded())
      app.post('/', (req, res) => res.json({ body: req.body }))
      return app.use(answerErrors)
    },
    requests: [
      { method: 'POST', headers: JSON_TYPE, body: '{"a":[1]}' },
      { method: 'POST', headers: FORM_TYPE, body: 'a[b]=1&c=2' },
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'plain' },
      { method: 'POST', headers: JSON_TYPE, body: '{' },
      { method: 'POST', headers: JSON_TYPE, body: JSON.stringify('x'.repeat(200)) },
    ],
  },
  multer: {
    app: (express) => {
      const app = express()
      app.post('/', require('multer')().single('photo'), (req, res) => {
        res.json([req.body, req.file.originalname, req.file.buffer.toString()])
      })
      return app.use(answerErrors)
    },
    requests: [
      { method: 'POST', headers: MULTIPART, body: FORM },
      { method: 'POST', headers: MULTIPART, body: FORM.replace('name="photo"', 'name="other"') },
    ],
  },
  'express-fileupload': {
    app: (express) => {
      const app = express().use(require('express-fileupload')())
      return app.post('/', (req, res) => res.json([req.body, req.files.photo.md5]))
    },
    requests: [{ method: 'POST', headers: MULTIPART, body: FORM }],
  },
  'express-validator': {
    app: (express) => {
      const { body, query, validationResult } = require('express-validator')
      const app = express().use(express.json())
      const checks = [body('email').isEmail(), query('page').toInt().default(1)]
      return app.post('/', checks, (req, res) => {
        res.json([validationResult(req).array(), req.body, req.query])
      })
    },
    requests: [
      {
        method: 'POST',
        path: '/?page=7',
        headers: JSON_TYPE,
        body: '{"email":"a@example.com"}',
        differs: {
          by: 'assignable-query',
          express: '200 [[],{"email":"a@example.com"},{"page":"7"}]',
          ours: '200 [[],{"email":"a@example.com"},{"page":7}]',
        },
      },
      {
        method: 'POST',
        headers: JSON_TYPE,
        body: '{"email":"none"}',
        differs: {
          by: 'assignable-query',
          express: `200 [${NO_EMAIL},{"email":"none"},{}]`,
          ours: `200 [${NO_EMAIL},{"email":"none"},{"page":1}]`,
        },
      },
    ],
  },
  'express-async-handler': {
    app: (express) => {
      const handler = require('express-async-handler')
      const app = express()
      app.get(
        '/',
        handler(async (req, res) => res.json(await Promise.resolve('good'))),
      )
      app.get(
        '/bad',
        handler(async () => Promise.reject(new TypeError('bad'))),
      )
      return app.use(answerErrors)
    },
    requests: [{}, { path: '/bad' }],
  },
}
