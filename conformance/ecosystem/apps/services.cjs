// Packages that put a service of their own behind Express, or watch it.
module.exports = {
  'graphql-http': {
    app: (express) => {
      const { buildSchema } = require('graphql')
      const { createHandler } = require('graphql-http/lib/use/express')
      const schema = buildSchema('type Query { double(of: Int!): Int }')
      const rootValue = { double: ({ of }) => of * 2 }
      return express().all('/graphql', createHandler({ schema, rootValue }))
    },
    requests: [
      {
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ double(of: 21) }"}',
      },
      { path: '/graphql?query=%7Bdouble(of:2)%7D' },
      { path: '/graphql?query=%7Bnone%7D' },
    ],
  },
  'http-proxy-middleware': {
    app: (express) => {
      const { createProxyMiddleware } = require('http-proxy-middleware')
      const behind = express().use((req, res) => res.json([req.method, req.url]))
      const server = behind.listen(0, '127.0.0.1')
      const router = () => `http://127.0.0.1:${server.address().port}`
      return express().use('/api', createProxyMiddleware({ router, target: 'http://127.0.0.1' }))
    },
    requests: [{ path: '/api/users?a=1' }, { method: 'DELETE', path: '/api/' }, { path: '/other' }],
  },
  '@opentelemetry/instrumentation-express': {
    app: (express) => {
      const traces = require('@opentelemetry/sdk-trace-node')
      const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express')
      const exporter = new traces.InMemorySpanExporter()
      const spanProcessors = [new traces.SimpleSpanProcessor(exporter)]
      const provider = new traces.NodeTracerProvider({ spanProcessors })
      provider.register()
      const instrumentation = new ExpressInstrumentation()
      instrumentation.setTracerProvider(provider)
      const [definition] = [instrumentation.init()].flat()
      const app = definition.patch(express)()
      app.use((req, res, next) =>
        provider.getTracer('test').startActiveSpan('request', (span) => {
          res.on('finish', () => span.end())
          next()
        }),
      )
      app.get('/spans', (req, res) => {
        res.json(exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes]))
      })
      const users = express.Router().use(function log(req, res, next) {
        next()
      })
      users.get('/:id', (req, res) => res.json(req.params))
      app.use(express.json(), express.static(__dirname), express.text())
      app.use('/users', users)
      app.get('/bad', () => {
        throw new Error('bad')
      })
      return app.use((error, req, res, _next) => res.status(500).send(error.message))
    },
    requests: [{ path: '/users/7' }, { path: '/bad' }, { path: '/none' }, { path: '/spans' }],
  },
}
