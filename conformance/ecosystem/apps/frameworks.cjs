// oxlint-disable unicorn/consistent-function-scoping, typescript/no-extraneous-class, import/no-unassigned-import -- an app says all that is its own in one place
// Frameworks and servers of others that stand on Express, or in it.
const http = require('node:http')
const path = require('node:path')

const JSON_TYPE = { 'content-type': 'application/json' }
const files = path.join(__dirname, '../files')

module.exports = {
  '@nestjs/platform-express': {
    app: async () => {
      require('reflect-metadata')
      const nest = require('@nestjs/common')
      const { NestFactory } = require('@nestjs/core')
      class Users {
        one(id) {
          return { id }
        }

        make(body) {
          return body
        }

        lost() {
          throw new nest.NotFoundException('nobody')
        }
      }
      const describe = (name, route, ...parameters) => {
        const descriptor = Object.getOwnPropertyDescriptor(Users.prototype, name)
        route(Users.prototype, name, descriptor)
        for (const parameter of parameters) parameter(Users.prototype, name, 0)
      }
      describe('lost', nest.Get('lost'))
      describe('one', nest.Get(':id'), nest.Param('id', nest.ParseIntPipe))
      describe('make', nest.Post(), nest.Body())
      nest.Controller('users')(Users)
      class App {}
      nest.Module({ controllers: [Users] })(App)
      const app = await NestFactory.create(App, { logger: false })
      app.enableCors()
      app.setGlobalPrefix('api')
      app.useStaticAssets(files)
      await app.init()
      return app.getHttpServer()
    },
    requests: [
      { path: '/api/users/7' },
      { path: '/api/users/x' },
      { path: '/api/users/lost' },
      { path: '/api/none' },
      { method: 'POST', path: '/api/users', headers: JSON_TYPE, body: '{"name":"Ada"}' },
      { method: 'POST', path: '/api/users', headers: JSON_TYPE, body: '{' },
      { method: 'OPTIONS', path: '/api/users' },
      { path: '/page.handlebars' },
    ],
  },
  '@as-integrations/express5': {
    app: async (express) => {
      const { ApolloServer } = require('@apollo/server')
      const { expressMiddleware } = require('@as-integrations/express5')
      const server = new ApolloServer({
        typeDefs: 'type Query { double(of: Int!): Int, who: String }',
        resolvers: { Query: { double: (_, { of }) => of * 2, who: (_, __, { who }) => who } },
      })
      await server.start()
      const context = async ({ req }) => ({ who: req.get('x-who') })
      return express().use('/graphql', express.json(), expressMiddleware(server, { context }))
    },
    requests: [
      {
        method: 'POST',
        path: '/graphql',
        headers: { ...JSON_TYPE, 'x-who': 'ada' },
        body: '{"query":"{ double(of: 21) who }"}',
      },
      { method: 'POST', path: '/graphql', headers: JSON_TYPE, body: '{"query":"{ none }"}' },
      { path: '/graphql?query={who}', headers: { 'apollo-require-preflight': '1' } },
    ],
  },
  '@trpc/server': {
    app: (express) => {
      const { initTRPC, TRPCError } = require('@trpc/server')
      const { createExpressMiddleware } = require('@trpc/server/adapters/express')
      const t = initTRPC.create({ isDev: false })
      const router = t.router({
        double: t.procedure.input(Number).query(({ input }) => input * 2),
        say: t.procedure.input(String).mutation(({ input }) => `said ${input}`),
        no: t.procedure.query(() => {
          throw new TRPCError({ code: 'FORBIDDEN', message: 'no' })
        }),
      })
      return express().use('/trpc', createExpressMiddleware({ router }))
    },
    requests: [
      { path: '/trpc/double?input=21' },
      { path: '/trpc/double,no?batch=1&input=%7B%220%22:4%7D' },
      { method: 'POST', path: '/trpc/say', headers: JSON_TYPE, body: '"hi"' },
      { path: '/trpc/no' },
      { path: '/trpc/none' },
    ],
  },
  '@feathersjs/express': {
    app: () => {
      const { feathers } = require('@feathersjs/feathers')
      const feathersExpress = require('@feathersjs/express')
      const app = feathersExpress.default(feathers())
      app.use(feathersExpress.json(), feathersExpress.urlencoded())
      app.configure(feathersExpress.rest())
      const find = async ({ query }) => [{ query }]
      const get = async (id) => ({ id })
      const create = async (data) => ({ ...data, id: 1 })
      app.use('/notes', { find, get, create })
      app.use(feathersExpress.notFound())
      app.use(feathersExpress.errorHandler({ logger: false, html: false }))
      return http.createServer(app)
    },
    requests: [
      { path: '/notes?a=1' },
      { path: '/notes/7' },
      { method: 'POST', path: '/notes', headers: JSON_TYPE, body: '{"text":"sea"}' },
      { method: 'DELETE', path: '/notes/7', headers: { accept: 'application/json' } },
      { path: '/none', headers: { accept: 'application/json' } },
    ],
  },
  '@react-router/express': {
    app: (express) => {
      const { createRequestHandler } = require('@react-router/express')
      const answer = ({ request }) =>
        new Response(`${request.method} ${request.url}`, { headers: { 'x-a': '1' } })
      const echo = async ({ request }) => Response.json(await request.text(), { status: 201 })
      const routes = {
        echo: { id: 'echo', path: 'echo', module: { action: echo, loader: answer } },
        all: { id: 'all', path: '*', module: { loader: answer } },
      }
      const build = {
        routes,
        entry: { module: { default: () => new Response('page') } },
        assets: { entry: { imports: [], module: '' }, routes: {}, url: '', version: '1' },
        basename: '/',
        publicPath: '/',
        assetsBuildDirectory: '',
        future: {},
        ssr: true,
        isSpaMode: false,
        prerender: [],
        routeDiscovery: { mode: 'initial' },
      }
      const app = express().use(express.static(files))
      return app.all('/{*path}', createRequestHandler({ build, mode: 'production' }))
    },
    requests: [
      { path: '/deep/page?a=1' },
      { method: 'POST', path: '/echo', headers: { 'content-type': 'text/plain' }, body: 'hi' },
      { path: '/page.handlebars' },
    ],
  },
  vite: {
    app: async (express) => {
      const { createServer } = await import('vite')
      const vite = await createServer({
        root: files,
        configFile: false,
        cacheDir: path.join(require('node:os').tmpdir(), `ecosystem-vite-${process.pid}`),
        server: { middlewareMode: true, hmr: false, ws: false, watch: null },
        optimizeDeps: { noDiscovery: true },
        appType: 'custom',
        logLevel: 'silent',
      })
      const app = express().use(vite.middlewares)
      app.get('/', async (req, res) => {
        res
          .type('html')
          .send(
            (await vite.transformIndexHtml(req.originalUrl, '<p>page</p>')).replace(/\?t=\d+/, ''),
          )
      })
      return app
    },
    requests: [{}, { path: '/module.js' }, { path: '/module.js?raw' }, { path: '/none.js' }],
  },
  'webpack-dev-middleware': {
    app: (express) => {
      const compiler = require('webpack')({
        mode: 'development',
        context: files,
        entry: './module.js',
        devtool: false,
        output: { filename: 'main.js' },
        infrastructureLogging: { level: 'none' },
        stats: 'none',
      })
      const serve = require('webpack-dev-middleware')(compiler, { stats: 'none' })
      const app = express().use('/built', serve)
      return app.get('/built/bad', async () => {
        throw Object.assign(new Error('bad'), { stack: 'bad' })
      })
    },
    requests: [
      { path: '/built/main.js' },
      { path: '/built/main.js', headers: { range: 'bytes=0-9' } },
      { method: 'HEAD', path: '/built/main.js' },
      { path: '/built/none.js' },
      { path: '/built/bad' },
      { method: 'POST', path: '/built/main.js' },
    ],
  },
  'socket.io': {
    app: (express) => {
      const app = express().get('/', (req, res) => res.send('page'))
      const server = http.createServer(app)
      const io = new (require('socket.io').Server)(server)
      io.engine.generateId = () => 'one'
      io.on('connection', (socket) => socket.on('hi', (name, done) => done(`hi ${name}`)))
      return server
    },
    requests: [
      {},
      { path: '/socket.io/?EIO=4&transport=polling' },
      { method: 'POST', path: '/socket.io/?EIO=4&transport=polling&sid=one', body: '40' },
      { path: '/socket.io/?EIO=4&transport=polling&sid=none' },
      { path: '/socket.io/socket.io.js', headers: { range: 'bytes=0-9' } },
    ],
  },
  'express-openapi-validator': {
    app: (express) => {
      const { middleware } = require('express-openapi-validator')
      const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer' } }
      const page = { name: 'page', in: 'query', schema: { type: 'integer', default: 1 } }
      const note = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } }
      const content = { 'application/json': { schema: note } }
      const responses = { 200: { description: 'good' } }
      const apiSpec = {
        openapi: '3.0.3',
        info: { title: 'T', version: '1' },
        paths: {
          '/notes/{id}': { get: { parameters: [id, page], responses } },
          '/notes': { post: { requestBody: { required: true, content }, responses } },
        },
      }
      const app = express().use(express.json(), middleware({ apiSpec }))
      app.get('/notes/:id', (req, res) =>
        res.json([req.params, req.query, req.openapi.openApiRoute]),
      )
      app.post('/notes', (req, res) => res.json(req.body))
      return app.use((error, req, res, _next) =>
        res.status(error.status ?? 500).json(error.errors ?? error.message),
      )
    },
    requests: [
      { path: '/notes/7?page=2' },
      { path: '/notes/x' },
      { path: '/notes/7?other=1' },
      { method: 'POST', path: '/notes', headers: JSON_TYPE, body: '{"text":1}' },
      { method: 'POST', path: '/notes', headers: JSON_TYPE, body: '{"text":"sea"}' },
      { method: 'PUT', path: '/notes' },
      { path: '/none' },
    ],
  },
  'routing-controllers': {
    app: () => {
      require('reflect-metadata')
      const rc = require('routing-controllers')
      class Users {
        one(id) {
          return { id }
        }
      }
      const descriptor = Object.getOwnPropertyDescriptor(Users.prototype, 'one')
      rc.Get('/users/:id')(Users.prototype, 'one', descriptor)
      rc.Param('id')(Users.prototype, 'one', 0)
      rc.JsonController()(Users)
      return http.createServer(rc.createExpressServer({ controllers: [Users] }))
    },
    requests: [{ path: '/users/7' }, { path: '/none' }],
  },
  'better-sse': {
    app: (express) => {
      const { createSession } = require('better-sse')
      return express().get('/events', async (req, res) => {
        const session = await createSession(req, res)
        session.push({ a: 1 }, 'first', '1').push('two', 'second', '2')
        setImmediate(() => res.end())
      })
    },
    requests: [{ path: '/events' }, { path: '/events', headers: { 'last-event-id': '1' } }],
  },
}
