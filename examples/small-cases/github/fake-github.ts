import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import express from '@tokkyu/core'

/** As much of GitHub as a login meets: it asks nobody, and takes each code once. */
export class FakeGitHub {
  readonly clientID = 'an-app'
  readonly clientSecret = 'known to both'
  /** What the exchange of a code answers when it is to fail. */
  failure: { readonly status: number; readonly body: object } | undefined
  readonly #codes = new Map<string, { challenge: string; redirect: string }>()
  #origin = ''

  async start(): Promise<{ close: () => void }> {
    const server = this.#app().listen(0, '127.0.0.1')
    await once(server, 'listening')
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return server
  }

  get urls() {
    return {
      authorizationURL: `${this.#origin}/login/oauth/authorize`,
      tokenURL: `${this.#origin}/login/oauth/access_token`,
      userProfileURL: `${this.#origin}/user`,
    }
  }

  #app(): express.Express {
    const app = express()
    app.get('/login/oauth/authorize', (req, res) => {
      const { client_id, redirect_uri, state, code_challenge } = req.query as Record<string, string>
      if (client_id !== this.clientID || !redirect_uri || !code_challenge)
        return res.sendStatus(400)
      const code = `code-${this.#codes.size}`
      this.#codes.set(code, { challenge: code_challenge, redirect: redirect_uri })
      const query = new URLSearchParams({ code, state: state ?? '' })
      return res.redirect(`${redirect_uri}?${query.toString()}`)
    })

    app.post('/login/oauth/access_token', express.urlencoded(), (req, res) => {
      if (this.failure) return res.status(this.failure.status).json(this.failure.body)
      const { code = '', code_verifier = '', ...sent } = req.body as Record<string, string>
      const given = this.#codes.get(code)
      this.#codes.delete(code)
      const challenge = createHash('sha256').update(code_verifier).digest('base64url')
      const fits =
        given?.challenge === challenge &&
        given.redirect === sent['redirect_uri'] &&
        sent['client_id'] === this.clientID &&
        sent['client_secret'] === this.clientSecret
      // As GitHub does: 200, and the error in the body.
      return res.json(fits ? { access_token: 'a-token' } : { error: 'bad_verification_code' })
    })

    app.get('/user', (req, res) => {
      if (!/^(Bearer|token) a-token$/.test(req.get('Authorization') ?? ''))
        return res.sendStatus(401)
      return res.json({ id: 1815, login: 'ada' })
    })
    return app
  }
}
