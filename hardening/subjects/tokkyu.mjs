import express from '@tokkyu/core'
import path from 'node:path'

import { expressLike } from './express-like.mjs'

const load = (name) =>
  import(path.join(import.meta.dirname, '../../packages', name, 'entry/index.mjs'))
const { default: session, basicAuth, cookies, csrf } = await load('session')
const { default: upload } = await load('upload')

const parts = {
  cookies: (secret) => cookies(secret, { bound: true }),
  upload,
  session: (secret) => session({ secret, hardened: true }),
  sessionName: '__Host-sid',
  more(app) {
    app.get('/vault', basicAuth({ users: { ada: 'lovelace' } }), (req, res) =>
      res.send('the vault'),
    )
    app.post('/transfer', express.urlencoded(), csrf(), (req, res) => res.send('transferred'))
  },
}

export const lacks = []
export const start = (files) => bounded(expressLike(express, parts, files).listen(0, '127.0.0.1'))

/** How often node looks for connections whose time is over; read when the server begins to listen. */
const bounded = (server) => Object.assign(server, { connectionsCheckingInterval: 100 })
