import { expressjwt, type Request, UnauthorizedError } from 'express-jwt'
import jwt from 'jsonwebtoken'

import express, { type ErrorRequestHandler } from '@tokkyu/core'

/** Who a token was given to. */
interface Claims {
  readonly sub: string
  readonly roles: readonly string[]
}

const users: Record<string, { password: string; roles: string[] }> = {
  ada: { password: 'analytical', roles: ['admin'] },
  bob: { password: 'builder', roles: [] },
}

const audience = 'small-cases'

/** @param secret - what tokens are signed with: 32 random bytes or more. */
export function createApp(secret: string): express.Express {
  const app = express()

  app.post('/login', express.json(), (req, res) => {
    const { name, password } = Object(req.body) as Record<string, unknown>
    const user = typeof name === 'string' && Object.hasOwn(users, name) ? users[name] : undefined
    // In earnest the password is a hash, and compared by its library.
    if (!user || user.password !== password) {
      return res.status(401).json({ error: 'Wrong name or password' })
    }
    const claims: Claims = { sub: name as string, roles: user.roles }
    return res.json({ token: jwt.sign(claims, secret, { audience, expiresIn: '15m' }) })
  })

  // Which algorithms count is said here: a token must not choose how it is checked.
  app.use('/api', expressjwt({ secret, audience, algorithms: ['HS256'] }))

  app.get('/api/me', (req: Request<Claims>, res) => {
    res.json({ name: req.auth?.sub })
  })

  app.delete('/api/users/:name', (req: Request<Claims>, res) => {
    if (!req.auth?.roles.includes('admin')) return res.sendStatus(403)
    return res.sendStatus(204)
  })

  app.use(unauthorized)
  return app
}

const unauthorized: ErrorRequestHandler = (error, req, res, next) => {
  if (!(error instanceof UnauthorizedError)) return next(error)
  res.set('WWW-Authenticate', error.code === 'credentials_required' ? 'Bearer' : invalid)
  return res.status(401).json({ error: error.code })
}

const invalid = 'Bearer error="invalid_token"'
