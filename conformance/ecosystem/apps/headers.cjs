// Packages that set headers, or read the request's.
const text = (req, res) => res.send('a text of some length, '.repeat(100))

module.exports = {
  cors: {
    app: (express) => {
      const app = express()
      app.use(require('cors')({ origin: 'https://a.example', credentials: true }))
      return app.get('/', text)
    },
    requests: [
      { headers: { origin: 'https://a.example' } },
      { headers: { origin: 'https://b.example' } },
      {
        method: 'OPTIONS',
        headers: { origin: 'https://a.example', 'access-control-request-method': 'PUT' },
      },
    ],
  },
  helmet: {
    app: (express) => express().use(require('helmet')()).get('/', text),
    requests: [{}, { path: '/none' }, { method: 'HEAD' }],
  },
  compression: {
    app: (express) => express().use(require('compression')()).get('/', text),
    requests: [
      { headers: { 'accept-encoding': 'gzip' } },
      { headers: { 'accept-encoding': 'deflate' } },
      {},
      { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } },
    ],
  },
  'response-time': {
    app: (express) => express().use(require('response-time')()).get('/', text),
    requests: [{}],
  },
  'method-override': {
    app: (express) => {
      const app = express()
      app.use(require('method-override')('X-HTTP-Method-Override'))
      app.put('/', (req, res) => res.json([req.method, req.originalMethod]))
      return app
    },
    requests: [
      { method: 'POST', headers: { 'x-http-method-override': 'PUT' } },
      { method: 'POST', headers: { 'x-http-method-override': 'NONE' } },
    ],
  },
  vhost: {
    app: (express) => {
      const inner = express().get('/', (req, res) => res.json([req.vhost.hostname, req.vhost[0]]))
      return express().use(require('vhost')('*.example.com', inner))
    },
    requests: [{ headers: { host: 'a.example.com' } }, { headers: { host: 'other.test' } }],
  },
  'express-rate-limit': {
    app: (express) => {
      const { rateLimit } = require('express-rate-limit')
      const app = express()
      app.use('/limited', rateLimit({ limit: 2, windowMs: 60_000 }))
      app.get('/limited', text)
      // The package warns, by the stack, of a limiter that is made while a request is answered.
      app.get('/late', (req, res) => {
        const said = []
        const { error } = console
        console.error = (problem) => said.push(problem.code)
        rateLimit({ validate: { creationStack: true } })
        console.error = error
        res.json(said)
      })
      return app
    },
    requests: [{ path: '/limited' }, { path: '/limited' }, { path: '/limited' }, { path: '/late' }],
  },
  morgan: {
    app: (express) => {
      const lines = []
      const format = ':method :url :status :res[content-length] :http-version'
      const app = express()
      app.use(require('morgan')(format, { stream: { write: (line) => lines.push(line) } }))
      app.get('/lines', (req, res) => res.json(lines))
      return app.get('/', text)
    },
    requests: [{}, { path: '/none?a=1' }, { path: '/lines' }],
  },
}
