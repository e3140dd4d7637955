// The servers that are tried, how each is started, and what it is asked.

const json = { 'content-type': 'application/json' }
const page = { accept: 'text/html' }

export const servers = [
  {
    name: 'json-server',
    version: '0.17.4',
    differs:
      'it writes `req.query`, which Express 5 forgets and ours keeps, so pages and sorting work; `utf-8` and not `UTF-8`, as in Express 5',
    files: {
      'db.json': JSON.stringify({ posts: [{ id: 1, title: 'one' }], profile: { name: 'Ada' } }),
    },
    run: [
      'node_modules/json-server/lib/cli/bin.js',
      '--port',
      '$PORT',
      '--host',
      '127.0.0.1',
      'db.json',
    ],
    requests: [
      { path: '/posts' },
      { path: '/posts/1' },
      { path: '/posts?title=one&_page=1&_limit=1' },
      { method: 'POST', path: '/posts', headers: json, body: '{"title":"two"}' },
      { method: 'PATCH', path: '/posts/2', headers: json, body: '{"title":"three"}' },
      { path: '/posts?_sort=id&_order=desc' },
      { path: '/profile' },
      { method: 'DELETE', path: '/posts/2' },
      { path: '/posts/2' },
      { path: '/db' },
      { path: '/', headers: page },
      { path: '/nowhere' },
    ],
  },
  {
    name: 'peer',
    version: '1.0.2',
    run: [
      'node_modules/peer/dist/bin/peerjs.js',
      '--port',
      '$PORT',
      '--path',
      '/p',
      '--allow_discovery',
    ],
    requests: [
      { path: '/p' },
      { path: '/p/peerjs/peers' },
      { ws: '/p/peerjs?key=peerjs&id=one&token=t', receive: 1 },
      { path: '/nowhere' },
      { method: 'POST', path: '/p' },
    ],
  },
  {
    name: 'webpack-dev-server',
    version: '5.2.2',
    differs: '`utf-8` and not `UTF-8` in the type of a static file, as in Express 5',
    adds: { webpack: '5.103.0' },
    files: {
      'entry.js': 'document.title = "page"',
      'public/index.html': '<!doctype html><title>page</title>',
      'serve.cjs': `const webpack = require('webpack')
const Server = require('webpack-dev-server')
const compiler = webpack({ mode: 'development', context: __dirname, entry: './entry.js', devtool: false, infrastructureLogging: { level: 'none' } })
new Server({ port: process.env.PORT, host: '127.0.0.1', static: './public', historyApiFallback: true, headers: { 'x-own': '1' },
  setupMiddlewares: (all, { app }) => { app.get('/api/:id', (req, res) => res.json(req.params)); return all } }, compiler).start()`,
    },
    run: ['serve.cjs'],
    mask: [[/\b[\da-f]{20}\b/g, 'HASH']],
    requests: [
      { path: '/' },
      { path: '/main.js' },
      { path: '/main.js', headers: { range: 'bytes=0-9' } },
      { path: '/api/7' },
      { path: '/a/page', headers: page },
      { path: '/nowhere.png' },
      { path: '/webpack-dev-server' },
      { method: 'HEAD', path: '/main.js' },
      { ws: '/ws', receive: 4 },
    ],
  },
  {
    name: 'node-red',
    version: '4.1.1',
    run: [
      'node_modules/node-red/red.js',
      '--port',
      '$PORT',
      '--userDir',
      '$DATA',
      '-D',
      'uiHost=127.0.0.1',
      '-D',
      'logging.console.level=off',
    ],
    requests: [
      { path: '/' },
      { path: '/settings' },
      { path: '/flows', headers: { accept: 'application/json' } },
      { path: '/nodes', headers: { accept: 'application/json' } },
      { path: '/red/red.min.js' },
      { path: '/locales/editor?lng=en-US' },
      { path: '/icons' },
      {
        method: 'POST',
        path: '/flows',
        headers: { ...json, 'node-red-deployment-type': 'full' },
        body: JSON.stringify([
          { id: 'f', type: 'tab', label: 'Flow' },
          { id: 'a', z: 'f', type: 'http in', url: '/hello/:name', method: 'get', wires: [['b']] },
          { id: 'b', z: 'f', type: 'http response', statusCode: '201', wires: [] },
        ]),
      },
      { path: '/hello/Ada?x=1' },
      { path: '/flow/f' },
      { path: '/nowhere' },
    ],
  },
  {
    name: 'maildev',
    version: '2.2.1',
    run: [
      'node_modules/maildev/bin/maildev',
      '--web',
      '$PORT',
      '--smtp',
      '0',
      '--ip',
      '127.0.0.1',
      '--mail-directory',
      '$DATA',
    ],
    requests: [
      { path: '/' },
      { path: '/email' },
      { path: '/email/none' },
      { method: 'DELETE', path: '/email/all' },
      { method: 'PATCH', path: '/email/read-all' },
      { path: '/config' },
      { path: '/healthz' },
      { path: '/styles/style.css' },
      { path: '/nowhere' },
      { ws: '/socket.io/?EIO=4&transport=websocket', receive: 1 },
    ],
    mask: [[/"sid":"[^"]+"/g, '"sid":"…"']],
  },
  {
    name: '@nestjs/platform-express',
    version: '11.1.9',
    adds: {
      '@nestjs/common': '11.1.9',
      '@nestjs/core': '11.1.9',
      'reflect-metadata': '0.2.2',
      rxjs: '7.8.2',
    },
    files: {
      'public/a.txt': 'a file',
      'main.cjs': `require('reflect-metadata')
const { Controller, Get, Post, Param, Body, Query, Header, Redirect, HttpCode, Module, NotFoundException, ParseIntPipe, StreamableFile, Res } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
class Cats {
  one(id, query) { return { id, query } }
  make(body) { return { made: body } }
  lost() { throw new NotFoundException('no cat') }
  file() { return new StreamableFile(Buffer.from('stream')) }
  raw(res) { res.status(202).type('txt').send('raw') }
  old() {}
  async broken() { throw new Error('broken') }
}
const route = (name, ...all) => all.forEach((each) => each(Cats.prototype, name, Object.getOwnPropertyDescriptor(Cats.prototype, name)))
const parameter = (name, at, each) => each(Cats.prototype, name, at)
route('lost', Get('lost'))
route('file', Get('file'), Header('X-Own', '1'))
route('raw', Get('raw'))
parameter('raw', 0, Res())
route('old', Get('old'), Redirect('/cats/1', 301))
route('broken', Get('broken'))
route('one', Get(':id'))
parameter('one', 0, Param('id', ParseIntPipe))
parameter('one', 1, Query())
route('make', Post(), HttpCode(203))
parameter('make', 0, Body())
Controller('cats')(Cats)
class App {}
Module({ controllers: [Cats] })(App)
NestFactory.create(App, { logger: false }).then(async (app) => {
  app.enableCors()
  app.useStaticAssets(__dirname + '/public', { prefix: '/static/' })
  await app.listen(process.env.PORT, '127.0.0.1')
})`,
    },
    run: ['main.cjs'],
    requests: [
      { path: '/cats/7?a=1&b[c]=2' },
      { path: '/cats/x' },
      { path: '/cats/lost' },
      { path: '/cats/file' },
      { path: '/cats/raw' },
      { path: '/cats/old' },
      { path: '/cats/broken' },
      { method: 'POST', path: '/cats', headers: json, body: '{"name":"Tom"}' },
      { method: 'POST', path: '/cats', headers: json, body: '{"name"' },
      {
        method: 'POST',
        path: '/cats',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'a=1&a=2',
      },
      { method: 'OPTIONS', path: '/cats' },
      { method: 'DELETE', path: '/cats' },
      { path: '/static/a.txt' },
      { path: '/nowhere' },
    ],
  },
  {
    name: 'mockttp',
    version: '4.6.5',
    files: {
      'main.cjs': `const mockttp = require('mockttp')
const admin = mockttp.getAdminServer({ corsOptions: { strict: false } })
admin.start({ port: Number(process.env.PORT), host: '127.0.0.1' })`,
    },
    run: ['main.cjs'],
    requests: [
      { path: '/' },
      { method: 'POST', path: '/start', headers: json, body: '{"plugins":{"http":{}}}' },
      { method: 'POST', path: '/start', headers: json, body: '{"plugins":' },
      {
        method: 'OPTIONS',
        path: '/start',
        headers: { origin: 'http://a.example', 'access-control-request-method': 'POST' },
      },
      { method: 'POST', path: '/session/none/stop' },
      { method: 'POST', path: '/reset' },
    ],
    mask: [
      [/"id":"[\w-]{36}"/g, '"id":"…"'],
      [/localhost:\d+/g, 'localhost:…'],
      [/"port":\d+/g, '"port":0'],
      [/W\/"[\da-f]+-[\w+/]{27}"/g, 'W/"…"'],
    ],
  },
  {
    name: 'hubot',
    version: '14.1.0',
    files: {
      'scripts/own.mjs': `export default (robot) => {
  robot.router.get('/own/:name', (req, res) => res.json({ ...req.params, query: req.query }))
  robot.router.post('/own', (req, res) => res.send(req.body))
}`,
    },
    run: ['node_modules/hubot/bin/Hubot.mjs', '--adapter', 'Shell'],
    ready: '/own/Ada',
    env: { EXPRESS_PORT: '$PORT', EXPRESS_BIND_ADDRESS: '127.0.0.1', HUBOT_LOG_LEVEL: 'error' },
    requests: [
      { path: '/own/Ada?x=1' },
      { method: 'POST', path: '/own', headers: json, body: '{"a":1}' },
      { path: '/nowhere' },
    ],
  },
  {
    name: 'json-graphql-server',
    version: '3.3.2',
    files: {
      'db.js':
        'module.exports = { posts: [{ id: 1, title: "one", user_id: 7 }], users: [{ id: 7, name: "Ada" }] }',
    },
    run: [
      'node_modules/json-graphql-server/bin/json-graphql-server.cjs',
      'db.js',
      '-p',
      '$PORT',
      '-h',
      '127.0.0.1',
    ],
    requests: [
      {
        method: 'POST',
        path: '/graphql',
        headers: json,
        body: '{"query":"{ Post(id: 1) { title User { name } } }"}',
      },
      { method: 'POST', path: '/graphql', headers: json, body: '{"query":"{ allPosts { id } }"}' },
      { method: 'POST', path: '/graphql', headers: json, body: '{"query":"{ none }"}' },
      {
        method: 'POST',
        path: '/',
        headers: json,
        body: '{"query":"mutation { createUser(name: \\"Bob\\") { id name } }"}',
      },
      { method: 'POST', path: '/', headers: json, body: '{' },
      { path: '/', headers: page },
      { method: 'OPTIONS', path: '/' },
    ],
  },
  {
    name: '@mockoon/cli',
    version: '9.9.0',
    from: '@mockoon/commons-server',
    files: {
      'mock.json': JSON.stringify({
        uuid: 'a7d2d1a0-6a1b-4a5e-9a1c-111111111111',
        lastMigration: 33,
        name: 'mock',
        endpointPrefix: '',
        latency: 0,
        port: 3000,
        hostname: '',
        folders: [],
        routes: [
          {
            uuid: 'a7d2d1a0-6a1b-4a5e-9a1c-222222222222',
            type: 'http',
            documentation: '',
            method: 'get',
            endpoint: 'users/:id',
            responses: [
              {
                uuid: 'a7d2d1a0-6a1b-4a5e-9a1c-333333333333',
                body: '{"id":"{{urlParam \'id\'}}","q":"{{queryParam \'q\'}}"}',
                latency: 0,
                statusCode: 201,
                label: '',
                headers: [{ key: 'X-Own', value: '1' }],
                bodyType: 'INLINE',
                filePath: '',
                databucketID: '',
                sendFileAsBody: false,
                rules: [],
                rulesOperator: 'OR',
                disableTemplating: false,
                fallbackTo404: false,
                default: true,
                crudKey: 'id',
                callbacks: [],
              },
            ],
            responseMode: null,
            streamingMode: null,
            streamingInterval: 0,
          },
        ],
        rootChildren: [{ type: 'route', uuid: 'a7d2d1a0-6a1b-4a5e-9a1c-222222222222' }],
        proxyMode: false,
        proxyHost: '',
        proxyRemovePrefix: false,
        tlsOptions: {
          enabled: false,
          type: 'CERT',
          pfxPath: '',
          certPath: '',
          keyPath: '',
          caPath: '',
          passphrase: '',
        },
        cors: true,
        headers: [],
        proxyReqHeaders: [],
        proxyResHeaders: [],
        data: [],
        callbacks: [],
      }),
    },
    run: [
      'node_modules/@mockoon/cli/bin/run.js',
      'start',
      '--data',
      'mock.json',
      '--port',
      '$PORT',
      '--hostname',
      '127.0.0.1',
      '--disable-log-to-file',
      '--repair',
    ],
    requests: [
      { path: '/users/7?q=x' },
      { method: 'POST', path: '/users/7' },
      { method: 'OPTIONS', path: '/users/7' },
      { path: '/nowhere' },
    ],
  },
  {
    name: '@apollo/server',
    version: '4.12.2',
    differs:
      '`req.body` of a request without one is not `{}`, as in Express 5, and it refuses to do without',
    mask: [[/[\da-f]{64}/g, '…']],
    adds: { graphql: '16.11.0' },
    files: {
      'main.cjs': `const { ApolloServer } = require('@apollo/server')
const { startStandaloneServer } = require('@apollo/server/standalone')
const typeDefs = 'type Query { hello(name: String!): String! fails: Int }  type Mutation { add(n: Int!): Int! }'
const resolvers = { Query: { hello: (_, { name }) => 'hello ' + name, fails: () => { throw new Error('fails') } }, Mutation: { add: (_, { n }) => n + 1 } }
startStandaloneServer(new ApolloServer({ typeDefs, resolvers, introspection: true }), { listen: { port: Number(process.env.PORT), host: '127.0.0.1' } })`,
    },
    run: ['main.cjs'],
    requests: [
      { method: 'POST', path: '/', headers: json, body: '{"query":"{ hello(name: \\"Ada\\") }"}' },
      { method: 'POST', path: '/', headers: json, body: '{"query":"mutation { add(n: 1) }"}' },
      { method: 'POST', path: '/', headers: json, body: '{"query":"{ fails }"}' },
      { method: 'POST', path: '/', headers: json, body: '{"query":"{ none }"}' },
      { method: 'POST', path: '/', headers: json, body: '{' },
      { path: '/?query=%7Bhello(name:%22Bob%22)%7D', headers: { 'apollo-require-preflight': '1' } },
      { path: '/?query=%7Bhello(name:%22Bob%22)%7D' },
      { path: '/', headers: page },
      {
        method: 'OPTIONS',
        path: '/',
        headers: { origin: 'http://a.example', 'access-control-request-method': 'POST' },
      },
      { path: '/.well-known/apollo/server-health' },
    ],
  },
]
