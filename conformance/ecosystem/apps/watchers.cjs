// oxlint-disable unicorn/consistent-function-scoping -- an app says all that is its own in one place
// Packages that watch requests, count them, or turn them away.
const JSON_TYPE = { 'content-type': 'application/json' }
const text = (req, res) => res.send('text')
const problem = (error, req, res, _next) =>
  res.status(error.status ?? 500).json([error.name, error.message, error.code])

module.exports = {
  'express-slow-down': {
    app: (express) => {
      const { slowDown } = require('express-slow-down')
      const app = express().use(slowDown({ delayAfter: 1, delayMs: () => 5, windowMs: 60_000 }))
      return app.get('/', (req, res) => res.json([req.slowDown.used, req.slowDown.limit]))
    },
    requests: [{}, {}, {}],
  },
  'express-useragent': {
    app: (express) => {
      const app = express().use(require('express-useragent').express())
      return app.get('/', (req, res) => res.json(req.useragent))
    },
    requests: [{}, { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/140.0' } }],
  },
  hpp: {
    app: (express) => {
      const app = express().use(express.urlencoded(), require('hpp')())
      return app.all('/', (req, res) => res.json([req.query, req.body ?? null]))
    },
    requests: [
      { path: '/?a=1&b=2' },
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'a=1&a=2',
      },
    ],
  },
  'express-mongo-sanitize': {
    app: (express) => {
      const sanitizer = require('express-mongo-sanitize')
      const app = express().use(express.json())
      return app.post('/', (req, res) => res.json(sanitizer.sanitize(req.body)))
    },
    requests: [
      { method: 'POST', headers: JSON_TYPE, body: '{"user":{"$gt":""},"a":1}' },
      { method: 'POST', headers: JSON_TYPE, body: '{"a.b":{"c":[{"$where":1}]}}' },
    ],
  },
  'pino-http': {
    app: (express) => {
      const lines = []
      const log = require('pino')({}, { write: (line) => lines.push(JSON.parse(line)) })
      const app = express().use(require('pino-http')({ logger: log, genReqId: () => 1 }))
      app.get('/lines', (req, res) => {
        res.json(
          lines.map(({ msg, req: { method, url }, res: { statusCode } }) => [
            msg,
            method,
            url,
            statusCode,
          ]),
        )
      })
      app.get('/bad', () => {
        throw new Error('bad')
      })
      return app.get('/', text).use(problem)
    },
    requests: [{}, { path: '/bad' }, { path: '/none' }, { path: '/lines' }],
  },
  'express-winston': {
    app: (express) => {
      const winston = require('winston')
      const { logger } = require('express-winston')
      const { Writable } = require('node:stream')
      const lines = []
      const stream = new Writable({
        write(chunk, _encoding, done) {
          const { message, meta } = JSON.parse(chunk)
          lines.push([
            message,
            meta.res.statusCode,
            meta.req.url,
            meta.req.originalUrl,
            meta.req.query,
          ])
          done()
        },
      })
      const transports = [new winston.transports.Stream({ stream })]
      const app = express().use('/in', logger({ transports, msg: '{{req.method}} {{req.url}}' }))
      app.get('/in/lines', (req, res) => res.json(lines))
      return app.get('/in', text)
    },
    requests: [{ path: '/in?a=1' }, { path: '/in/none' }, { path: '/in/lines' }],
  },
  'express-prom-bundle': {
    app: (express) => {
      const watch = require('express-prom-bundle')
      const app = express().use(watch({ includePath: true, promClient: {}, buckets: [60] }))
      app.get('/counts', async (req, res) => {
        const { values } = await require('prom-client')
          .register.getSingleMetric('http_request_duration_seconds')
          .get()
        res.json(values.filter((v) => !v.metricName.endsWith('_sum')))
      })
      return app.get('/users/:id', text)
    },
    requests: [{ path: '/users/1' }, { path: '/none' }, { path: '/counts' }],
  },
  'connect-timeout': {
    app: (express) => {
      const app = express().use(require('connect-timeout')('100ms'))
      app.get('/slow', () => {})
      app.get('/', (req, res) => res.json([req.timedout, typeof req.clearTimeout]))
      return app.use(problem)
    },
    requests: [{}, { path: '/slow' }],
  },
  'express-ipfilter': {
    app: (express) => {
      const { IpFilter } = require('express-ipfilter')
      const app = express().set('trust proxy', true)
      app.use(IpFilter(['10.0.0.0/8'], { mode: 'deny', log: false, detectIp: (req) => req.ip }))
      return app.get('/', text).use(problem)
    },
    requests: [
      { headers: { 'x-forwarded-for': '10.1.2.3' } },
      { headers: { 'x-forwarded-for': '192.0.2.1' } },
    ],
  },
  'request-ip': {
    app: (express) => {
      const app = express().use(require('request-ip').mw())
      return app.get('/', (req, res) => res.json(req.clientIp))
    },
    requests: [{}, { headers: { 'x-forwarded-for': '192.0.2.7, 10.0.0.1' } }],
  },
  'express-correlation-id': {
    app: (express) => {
      const correlate = require('express-correlation-id')
      const app = express().use(correlate())
      return app.get('/', async (req, res) => {
        await new Promise(setImmediate)
        res.json([req.correlationId(), correlate.getId()])
      })
    },
    requests: [{ headers: { 'x-correlation-id': 'one' } }],
  },
  'express-http-context': {
    app: (express) => {
      const context = require('express-http-context')
      const app = express().use(context.middleware, (req, res, next) => {
        context.set('name', req.query.name)
        setTimeout(() => next(), 1)
      })
      return app.get('/', express.json(), (req, res) => res.json(context.get('name')))
    },
    requests: [{ path: '/?name=ada' }, {}],
  },
  'express-list-endpoints': {
    app: (express) => {
      const inner = express.Router().get('/:id', text).post('/', text)
      const app = express().get('/', text).use('/users', inner)
      app.route('/both').get(text).put(text)
      return app.get('/list', (req, res) => res.json(require('express-list-endpoints')(app)))
    },
    requests: [{ path: '/list' }],
  },
  'express-unless': {
    app: (express) => {
      const guard = (req, res) => res.status(401).send('no')
      guard.unless = require('express-unless').unless
      const app = express().use(guard.unless({ path: ['/open', /^\/in\//], method: 'OPTIONS' }))
      return app.get('/{*path}', text)
    },
    requests: [{ path: '/open' }, { path: '/in/x' }, { path: '/' }, { method: 'OPTIONS' }],
  },
  nocache: {
    app: (express) => express().use(require('nocache')()).get('/', text),
    requests: [{}, { path: '/none' }],
  },
  '@sentry/node': {
    app: (express) => {
      const Sentry = require('@sentry/node')
      const events = []
      const keep = (event) => {
        events.push([event.exception.values[0].value, event.request?.method, event.transaction])
        return null
      }
      const dsn = 'http://key@127.0.0.1:9/1'
      Sentry.init({
        dsn,
        beforeSend: keep,
        defaultIntegrations: false,
        skipOpenTelemetrySetup: true,
      })
      const app = express()
      app.get('/bad/:id', () => {
        throw new Error('bad')
      })
      app.get('/mine', () => {
        throw Object.assign(new Error('mine'), { status: 404 })
      })
      app.get('/events', (req, res) => res.json(events))
      Sentry.setupExpressErrorHandler(app)
      return app.use((error, req, res, _next) =>
        res.status(500).json([error.message, typeof res.sentry]),
      )
    },
    requests: [{ path: '/bad/1' }, { path: '/mine' }, { path: '/events' }],
  },
}
