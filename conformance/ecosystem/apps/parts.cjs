// oxlint-disable unicorn/consistent-function-scoping -- an app says all that is its own in one place
// Engines of views, stores of sessions, strategies and readers of bodies.
const path = require('node:path')

const JSON_TYPE = { 'content-type': 'application/json' }
const MULTIPART = { 'content-type': 'multipart/form-data; boundary=edge' }
const FORM = [
  '--edge\r\nContent-Disposition: form-data; name="title"\r\n\r\nSea\r\n',
  '--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.txt"\r\n',
  'Content-Type: text/plain\r\n\r\nblue\r\n--edge--\r\n',
].join('')
const files = path.join(__dirname, '../files')

/** An app that counts the visits of a session in a store. */
function counting(express, store) {
  const session = require('express-session')
  const app = express()
  app.use(session({ secret: 'one', resave: false, saveUninitialized: false, store }))
  app.get('/', (req, res) => {
    req.session.views = (req.session.views ?? 0) + 1
    res.json(req.session.views)
  })
  return app
}

function paging(express, extension, engine) {
  const app = express().set('views', files).set('view engine', extension)
  if (engine) app.engine(extension, engine)
  return app.get('/', (req, res) => res.render('page', { name: '<Ada>', list: [1, 2] }))
}

module.exports = {
  hbs: {
    // oxlint-disable-next-line no-underscore-dangle -- Express's name
    app: (express) => paging(express, 'hbs', require('hbs').__express),
    requests: [{}],
  },
  pug: { app: (express) => paging(express, 'pug'), requests: [{}] },
  'mustache-express': {
    app: (express) => paging(express, 'mustache', require('mustache-express')()),
    requests: [{}],
  },
  nunjucks: {
    app: (express) => {
      const app = express().set('view engine', 'njk')
      require('nunjucks').configure(files, { express: app })
      return app.get('/', (req, res) => res.render('page', { name: '<Ada>', list: [1, 2] }))
    },
    requests: [{}],
  },
  memorystore: {
    app: (express) => {
      const MemoryStore = require('memorystore')(require('express-session'))
      return counting(express, new MemoryStore({ checkPeriod: 60_000 }))
    },
    requests: [{}, {}],
  },
  'connect-redis': {
    app: (express) => {
      const { RedisStore } = require('connect-redis')
      const kept = new Map()
      const client = {
        get: async (key) => kept.get(key) ?? null,
        set: async (key, value) => kept.set(key, value),
        del: async (keys) => keys.forEach((key) => kept.delete(key)),
        expire: async () => 1,
      }
      return counting(express, new RedisStore({ client }))
    },
    requests: [{}, {}],
  },
  'passport-jwt': {
    app: (express) => {
      const { Passport } = require('passport')
      const { Strategy, ExtractJwt } = require('passport-jwt')
      const passport = new Passport()
      const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
      const options = { jwtFromRequest, secretOrKey: 'shared' }
      passport.use(new Strategy(options, (claims, done) => done(null, { name: claims.sub })))
      const check = passport.authenticate('jwt', { session: false })
      return express().get('/', check, (req, res) => res.json(req.user))
    },
    requests: [{}, { headers: { authorization: `Bearer ${token()}` } }],
  },
  'passport-google-oauth20': {
    app: (express) => {
      const { Passport } = require('passport')
      const { Strategy } = require('passport-google-oauth20')
      const passport = new Passport()
      const keys = { clientID: 'id', clientSecret: 'secret', callbackURL: '/back' }
      passport.use(new Strategy(keys, (_access, _refresh, profile, done) => done(null, profile)))
      const ask = passport.authenticate('google', { scope: ['profile'], session: false })
      return express().set('trust proxy', true).get('/login', ask).get('/back', ask)
    },
    requests: [
      { path: '/login' },
      {
        path: '/login',
        headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example' },
      },
      { path: '/back?error=access_denied' },
    ],
  },
  'connect-flash': {
    app: (express) => {
      const app = express().use(require('cookie-session')({ keys: ['one'] }))
      app.use(require('connect-flash')())
      app.get('/say', (req, res) => {
        req.flash('info', 'hello')
        res.redirect('/')
      })
      return app.get('/', (req, res) => res.json(req.flash('info')))
    },
    requests: [{ path: '/say' }, {}, {}],
  },
  lusca: {
    app: (express) => {
      const lusca = require('lusca')
      const app = express().use(lusca.xframe('DENY'), lusca.nosniff(), lusca.p3p('ABC'))
      app.use(lusca.hsts({ maxAge: 60 }), lusca.csp({ policy: { 'default-src': "'self'" } }))
      return app.get('/', (req, res) => res.send('text'))
    },
    requests: [{}, { path: '/none' }],
  },
  csurf: {
    app: (express) => {
      const session = require('express-session')
      const app = express()
      app.use(session({ secret: 'one', resave: false, saveUninitialized: false }))
      app.use(require('csurf')())
      app.get('/', (req, res) => res.json(typeof req.csrfToken()))
      app.post('/', (req, res) => res.send('done'))
      return app.use((error, req, res, _next) => res.status(error.status).json(error.code))
    },
    requests: [{}, { method: 'POST' }],
  },
  'connect-busboy': {
    app: (express) => {
      const app = express().use(require('connect-busboy')())
      return app.post('/', (req, res) => {
        const said = []
        req.busboy.on('field', (name, value) => said.push([name, value]))
        req.busboy.on('file', (name, file, info) => {
          said.push([name, info])
          file.resume()
        })
        req.busboy.on('close', () => res.json(said))
        req.pipe(req.busboy)
      })
    },
    requests: [{ method: 'POST', headers: MULTIPART, body: FORM }],
  },
  formidable: {
    app: (express) =>
      express().post('/', async (req, res) => {
        const { formidable } = await import('formidable')
        const [fields, { photo }] = await formidable({}).parse(req)
        res.json([fields, photo[0].originalFilename, photo[0].size])
      }),
    requests: [{ method: 'POST', headers: MULTIPART, body: FORM }],
  },
  celebrate: {
    app: (express) => {
      const { celebrate, Joi, errors, Segments } = require('celebrate')
      const note = Joi.object({ text: Joi.string().required(), at: Joi.number().default(1) })
      const app = express().use(express.json())
      app.post('/', celebrate({ [Segments.BODY]: note }), (req, res) => res.json(req.body))
      return app.use(errors())
    },
    requests: [
      { method: 'POST', headers: JSON_TYPE, body: '{"text":"sea"}' },
      { method: 'POST', headers: JSON_TYPE, body: '{}' },
    ],
  },
  'express-promise-router': {
    app: (express) => {
      const router = require('express-promise-router')()
      router.get('/', async () => 'next').get('/', (req, res) => res.send('second'))
      router.get('/bad', async () => Promise.reject(new Error('bad')))
      const app = express().use('/in', router)
      return app.use((error, req, res, _next) => res.status(500).send(error.message))
    },
    requests: [{ path: '/in' }, { path: '/in/bad' }, { path: '/in/none' }],
  },
  'serve-static': {
    app: (express) => express().use('/files', require('serve-static')(files)),
    requests: [
      { path: '/files/page.handlebars' },
      { path: '/files/page.handlebars', headers: { range: 'bytes=0-3' } },
      { path: '/files' },
      { path: '/files/none' },
    ],
  },
  'express-http-proxy': {
    app: (express) => {
      const behind = express().use(express.text(), (req, res) =>
        res.json([req.url, req.body ?? null]),
      )
      const server = behind.listen(0, '127.0.0.1')
      const proxy = require('express-http-proxy')
      return express().use(
        '/api',
        proxy(() => `http://127.0.0.1:${server.address().port}`),
      )
    },
    requests: [
      { path: '/api/users?a=1' },
      { method: 'POST', path: '/api/x', headers: { 'content-type': 'text/plain' }, body: 'hi' },
    ],
  },
  'i18next-http-middleware': {
    app: async (express) => {
      const { default: i18next } = await import('i18next')
      const middleware = require('i18next-http-middleware')
      const resources = {
        en: { translation: { hi: 'hello' } },
        de: { translation: { hi: 'hallo' } },
      }
      await i18next.use(middleware.LanguageDetector).init({ resources, fallbackLng: 'en' })
      const app = express().use(middleware.handle(i18next))
      return app.get('/', (req, res) => res.json([req.language, req.t('hi'), res.locals.language]))
    },
    requests: [{}, { headers: { 'accept-language': 'de' } }, { path: '/?lng=de' }],
  },
}

function token() {
  return require('jsonwebtoken').sign({ sub: 'ada' }, 'shared', { noTimestamp: true })
}
