// Packages that know a client again.
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }
const users = { ada: 'lovelace' }

module.exports = {
  'cookie-parser': {
    app: (express) => {
      const app = express().use(require('cookie-parser')('secret'))
      app.get('/set', (req, res) => res.cookie('a', { b: 1 }, { signed: true }).send('set'))
      return app.get('/', (req, res) => res.json([req.cookies, req.signedCookies]))
    },
    requests: [{ path: '/set' }, {}, { headers: { cookie: 'a=s%3Aforged.x; c=d' } }],
  },
  'cookie-session': {
    app: (express) => {
      const app = express().use(require('cookie-session')({ name: 'session', keys: ['one'] }))
      return app.get('/', (req, res) => {
        req.session.views = (req.session.views ?? 0) + 1
        res.json(req.session.views)
      })
    },
    requests: [{}, {}, {}],
  },
  'express-session': {
    app: (express) => {
      const session = require('express-session')
      const app = express()
      app.use(session({ secret: 'one', resave: false, saveUninitialized: false }))
      app.get('/count', (req, res) => {
        req.session.views = (req.session.views ?? 0) + 1
        res.json(req.session.views)
      })
      app.get('/end', (req, res, next) => req.session.destroy((e) => (e ? next(e) : res.send('x'))))
      return app
    },
    requests: [{ path: '/count' }, { path: '/count' }, { path: '/end' }, { path: '/count' }],
  },
  'passport-local': {
    app: (express) => {
      const { Passport } = require('passport')
      const { Strategy } = require('passport-local')
      const session = require('express-session')
      const passport = new Passport()
      passport.use(new Strategy((name, word, done) => done(null, users[name] === word && { name })))
      passport.serializeUser((user, done) => done(null, user.name))
      passport.deserializeUser((name, done) => done(null, { name }))
      const app = express()
      app.use(session({ secret: 'one', resave: false, saveUninitialized: false }))
      app.use(passport.session(), express.urlencoded())
      app.post('/login', passport.authenticate('local', { failureRedirect: '/no' }), (req, res) =>
        res.redirect('/me'),
      )
      app.get('/me', (req, res) => res.json([req.isAuthenticated(), req.user]))
      app.get('/logout', (req, res, next) => req.logout((e) => (e ? next(e) : res.redirect('/me'))))
      return app
    },
    requests: [
      { path: '/me' },
      { method: 'POST', path: '/login', headers: FORM_TYPE, body: 'username=ada&password=x' },
      {
        method: 'POST',
        path: '/login',
        headers: FORM_TYPE,
        body: 'username=ada&password=lovelace',
      },
      { path: '/me' },
      { path: '/logout' },
      { path: '/me' },
    ],
  },
  'passport-http': {
    app: (express) => {
      const { Passport } = require('passport')
      const { BasicStrategy } = require('passport-http')
      const passport = new Passport()
      passport.use(
        new BasicStrategy((name, word, done) => done(null, users[name] === word && { name })),
      )
      const app = express()
      const check = passport.authenticate('basic', { session: false })
      return app.get('/', check, (req, res) => res.json(req.user))
    },
    requests: [{}, { headers: { authorization: `Basic ${btoa('ada:lovelace')}` } }],
  },
  'express-basic-auth': {
    app: (express) => {
      const app = express().use(require('express-basic-auth')({ users, challenge: true }))
      return app.get('/', (req, res) => res.json(req.auth))
    },
    requests: [{}, { headers: { authorization: `Basic ${btoa('ada:lovelace')}` } }],
  },
  'express-jwt': {
    app: (express) => {
      const { expressjwt } = require('express-jwt')
      const app = express().use(expressjwt({ secret: 'shared', algorithms: ['HS256'] }))
      app.get('/', (req, res) => res.json(req.auth))
      return app.use((error, req, res, _next) => res.status(error.status).json(error.code))
    },
    requests: [{}, { headers: { authorization: `Bearer ${token()}` } }],
  },
  'csrf-csrf': {
    app: (express) => {
      const { doubleCsrf } = require('csrf-csrf')
      const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
        getSecret: () => 'one',
        getSessionIdentifier: () => 'me',
        cookieName: 'x-csrf',
      })
      const app = express().use(require('cookie-parser')())
      app.get('/', (req, res) => res.json(typeof generateCsrfToken(req, res)))
      app.post('/', doubleCsrfProtection, (req, res) => res.send('done'))
      return app.use((error, req, res, _next) => res.status(error.status).json(error.code))
    },
    requests: [{}, { method: 'POST' }],
  },
}

function token() {
  return require('jsonwebtoken').sign({ sub: 'ada' }, 'shared', { noTimestamp: true })
}
