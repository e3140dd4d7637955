// Middleware of DefinitelyTyped, on our app. Never run.
import flash from 'connect-flash'
import timeout from 'connect-timeout'
import cookieSession from 'cookie-session'
import csurf from 'csurf'
import errorhandler from 'errorhandler'
import fileUpload from 'express-fileupload'
import methodOverride from 'method-override'
import passport from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import responseTime from 'response-time'
import favicon from 'serve-favicon'
import vhost from 'vhost'
import express, { type Request, type Response } from '@tokkyu/core'
const app = express()
app.use(
  flash(),
  timeout('5s'),
  cookieSession({ keys: ['a'] }),
  csurf({ cookie: true }),
  methodOverride('_method'),
)
app.use(csurf())
app.use(flash())
app.use(timeout('5s'))
app.use(cookieSession({ keys: ['a'] }))
app.use(methodOverride((req: Request) => req.get('x-method') ?? 'POST'))
app.use(responseTime(), favicon('f.ico'), fileUpload({ limits: { fileSize: 1 } }))
app.use(
  responseTime((_req: Request, res: Response, time: number) => void res.set('x', String(time))),
)
app.use(vhost('a.example', express()))
app.use(vhost('*.example', (req, res) => res.end(req.vhost[0])))
passport.use(
  new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: 'x',
      passReqToCallback: true,
    },
    (req: Request, payload: { sub: string }, done: (e: unknown, u?: object) => void) =>
      done(null, { id: payload.sub, ip: req.ip }),
  ),
)
app.get('/t/:id', passport.authenticate('jwt', { session: false }), (req, res) => {
  if (!req.timedout) res.send(req.csrfToken() + req.params.id)
})
app.get('/f', (req, res) => {
  req.flash('info', 'x')
  res.json(req.flash('info'))
})
app.post('/u', fileUpload(), async (req: Request, res: Response) => {
  const file = req.files && ((req.files as fileUpload.FileArray)['x'] as fileUpload.UploadedFile)
  if (file) await file.mv('x')
  res.sendStatus(204)
})
app.get('/s', (req, res) => {
  req.session = null
  res.end()
})
app.use(errorhandler())
app.use(errorhandler({ log: (_e, _s, req: Request) => void req.path }))
