// Packages that answer with pages and files.
const path = require('node:path')

const files = path.join(__dirname, '../files')

module.exports = {
  'serve-index': {
    app: (express) => {
      const app = express()
      app.use('/files', express.static(files), require('serve-index')(files))
      return app
    },
    requests: [
      { path: '/files/', headers: { accept: 'text/plain' } },
      { path: '/files/page.handlebars' },
      { path: '/files/none' },
    ],
  },
  'serve-favicon': {
    app: (express) => express().use(require('serve-favicon')(Buffer.from('icon'))),
    requests: [{ path: '/favicon.ico' }, { method: 'POST', path: '/favicon.ico' }, {}],
  },
  'express-handlebars': {
    app: (express) => {
      const { engine } = require('express-handlebars')
      const app = express().engine('handlebars', engine({ defaultLayout: false }))
      app.set('view engine', 'handlebars').set('views', files)
      return app.get('/', (req, res) => res.render('page', { name: '<Ada>', list: [1, 2] }))
    },
    requests: [{}],
  },
  'swagger-ui-express': {
    app: (express) => {
      const swagger = require('swagger-ui-express')
      const described = { openapi: '3.0.0', info: { title: 'T', version: '1' }, paths: {} }
      return express().use('/docs', swagger.serve, swagger.setup(described))
    },
    requests: [
      { path: '/docs' },
      { path: '/docs/' },
      { path: '/docs/swagger-ui-init.js' },
      { path: '/docs/swagger-ui.css', headers: { range: 'bytes=0-99' } },
    ],
  },
  'connect-history-api-fallback': {
    app: (express) => {
      const app = express().use(require('connect-history-api-fallback')())
      return app.get('/{*path}', (req, res) => res.json([req.url, req.originalUrl]))
    },
    requests: [
      { path: '/deep/page', headers: { accept: 'text/html' } },
      { path: '/app.js', headers: { accept: 'text/html' } },
      { path: '/deep/page', headers: { accept: 'application/json' } },
    ],
  },
  errorhandler: {
    app: (express) => {
      const app = express()
      app.get('/', () => {
        throw Object.assign(new Error('broken'), { status: 503, stack: 'Error: broken' })
      })
      return app.use(require('errorhandler')({ log: false }))
    },
    requests: [
      { headers: { accept: 'application/json' } },
      { headers: { accept: 'text/plain' } },
      { headers: { accept: 'text/html' } },
    ],
  },
}
