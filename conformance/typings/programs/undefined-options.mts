// Options that are not known to be given, with `exactOptionalPropertyTypes`. Never run.
import { limitConcurrency, memoize, responseCache } from '@tokkyu/cache'
import { supervise } from '@tokkyu/cluster'
import express from '@tokkyu/core'
import { Router } from '@tokkyu/router'
import { connect, createRpcServer, loadService } from '@tokkyu/rpc'
import session, { basicAuth, cacheControl, cookies, csrf } from '@tokkyu/session'
import upload from '@tokkyu/upload'
import { createEngine } from '@tokkyu/views'

declare const known: boolean
const some = known ? 1 : undefined
const text = known ? 'x' : undefined
const yes = known ? true : undefined

const app = express()
app.limits.set({ body: some, sockets: undefined })
app.use(express.json({ limit: some, strict: yes, type: text, verify: undefined }))
app.use(express.body({ limit: some, json: { limit: undefined } }))
app.use(express.static('public', { maxAge: some, index: undefined, dotfiles: undefined }))
app.use(
  session({
    secret: 'a secret of at least thirty-two bytes',
    name: text,
    resave: yes,
    hardened: yes,
    genid: undefined,
    cookie: { maxAge: some, domain: text, sameSite: undefined },
  }),
  cookies(text, undefined),
  cacheControl({ maxAge: some, public: yes, expires: yes }),
  csrf({ read: undefined, token: undefined }),
  basicAuth({ users: undefined, realm: text }),
)
app.get('/', (req, res) => {
  res.cookie('a', 'b', { maxAge: some, httpOnly: yes, domain: text })
  res.sendFile('a', { maxAge: some, root: text, headers: undefined })
  res.sse(undefined, { heartbeat: some })
  req.precondition({ etag: text, exists: yes })
})
app.ws('/', { maxPayload: some }, () => {})
app.use(upload({ dest: text, limits: { fileSize: some }, fileFilter: undefined }).single('a'))
app.use(Router({ caseSensitive: yes, mergeParams: yes, strict: yes }))
createEngine({ roots: 'views', cache: yes })
responseCache({ ttl: some })
limitConcurrency({ max: 1, queue: some })
memoize((name: string) => name, { ttl: 1, key: (name) => name })
supervise({ entry: 'a.js', workers: some })
createRpcServer({ limits: { streams: some }, keepalive: { interval: some } })
connect(await loadService('a.proto', 'a.A'), 'localhost:1', { limits: { streams: some } })
