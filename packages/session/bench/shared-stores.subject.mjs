// One server of shared-stores.mjs: counts how often a session came, and says its CPU time.
import http from 'node:http'

import { RedisStore as ConnectRedis } from 'connect-redis'
import express from 'express'
import expressSession from 'express-session'
import { Redis } from 'ioredis'
import { createClient } from 'redis'

import session, { MemoryStore } from '@tokkyu/session'
import { RedisStore } from '@tokkyu/session/redis'

import tokkyu from '../../core/entry/index.mjs'

const [subject, clientName, socket] = process.argv.slice(2)
const HOUR = 3_600_000
const options = {
  secret: 'a secret of the bench, long enough for anybody',
  resave: false,
  saveUninitialized: false,
  cookie: { maxAge: HOUR },
}
const profile = { user: 'ada', roles: ['reader', 'writer'], theme: 'dark' }

const client =
  clientName === 'ioredis'
    ? new Redis(socket)
    : await createClient({ socket: { path: socket } })
        .on('error', () => {})
        .connect()

const listeners = {
  client() {
    // What the session of the others holds, under a key of its own for each browser.
    const cookie = { originalMaxAge: HOUR, expires: new Date(), httpOnly: true, path: '/' }
    return async (req, res) => {
      const key = `${clientName}-${subject}:${req.url}`
      const found = await client.get(key)
      const mine = found === null ? { cookie, ...profile } : JSON.parse(found)
      mine.count = (mine.count ?? 0) + 1
      const text = JSON.stringify(mine)
      await (clientName === 'ioredis'
        ? client.set(key, text, 'PX', HOUR)
        : client.set(key, text, { expiration: { type: 'PX', value: HOUR } }))
      end(res, mine.count)
    }
  },
  'by hand'() {
    const app = tokkyu().disable('x-powered-by')
    app.use(session({ ...options, store: new MemoryStore() }))
    const plain = listeners.client()
    app.get('/:n', (req, res) => {
      Object.assign(req.session, profile)
      req.session.count = (req.session.count ?? 0) + 1
      return plain(req, res)
    })
    return app
  },
  'ours on node:http'() {
    const sessions = session({
      ...options,
      store: new RedisStore({ client, prefix: `${clientName}-ours:` }),
    })
    return (req, res) => sessions(req, res, () => count(req, res))
  },
  'ours on core'() {
    const app = tokkyu().disable('x-powered-by')
    app.use(
      session({ ...options, store: new RedisStore({ client, prefix: `${clientName}-core:` }) }),
    )
    app.get('/:n', count)
    return app
  },
  'peers on Express'() {
    const app = express().disable('x-powered-by')
    const store = new ConnectRedis({ client: forConnectRedis(), prefix: `${clientName}-peers:` })
    app.use(expressSession({ ...options, store }))
    app.get('/:n', count)
    return app
  },
}

function count(req, res) {
  Object.assign(req.session, profile)
  req.session.count = (req.session.count ?? 0) + 1
  end(res, req.session.count)
}

function end(res, number) {
  const body = `{"count":${number}}`
  res.setHeader('Content-Type', 'application/json; charset=utf-8')
  res.setHeader('Content-Length', body.length)
  res.end(body)
}

/** It calls node-redis's methods, which ioredis has under the same names with other arguments. */
function forConnectRedis() {
  if (clientName !== 'ioredis') return client
  return {
    get: (key) => client.get(key),
    set: (key, text, { expiration }) => client.set(key, text, expiration.type, expiration.value),
    expire: (key, seconds) => client.expire(key, seconds),
    del: (keys) => client.del(...keys),
  }
}

const server = http.createServer(listeners[subject]())
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send(user + system)
})
