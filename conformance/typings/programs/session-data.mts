// What requests have by our session middlewares, where express-session's typings are not. Never run.
import express, { type Request, type Response } from '@tokkyu/core'
import session, { basicAuth, csrf } from '@tokkyu/session'

declare module '@tokkyu/session' {
  interface SessionData {
    user: string
  }
}

const app = express()
app.use(session({ secret: 'secret' }), csrf(), basicAuth({ users: { ada: 'secret' } }))
app.get('/', async (req, res) => {
  const user: string | undefined = req.session.user
  const cookie: session.Cookie = req.session.cookie
  const id: string = req.sessionID
  await req.session.rotate()
  const token: string = req.csrfToken()
  const name: string | undefined = req.auth?.user
  res.json({ user, cookie, id, token, name })
  // @ts-expect-error no such key
  res.json(req.session.usr)
})
const named = (req: Request, res: Response) => res.send(req.session.user ?? req.csrfToken())
app.get('/named', named)
