import cookies from 'cookie-parser'
import ejs from 'ejs'
import express from 'express'
import session from 'express-session'
import multer from 'multer'

import { expressLike } from '../subjects/express-like.mjs'

const parts = {
  cookies,
  upload: multer,
  sessionName: 'connect.sid',
  session: (secret) =>
    session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
  more(app) {
    app.engine('html', ejs.renderFile)
    // What multer refuses has no status of its own.
    app.use((error, req, res, next) => {
      if (error instanceof multer.MulterError) error.status = 400
      next(error)
    })
  },
}

export const lacks = ['basic-auth', 'csrf']
export const start = (files) => {
  const server = expressLike(express, parts, files).listen(0, '127.0.0.1')
  return Object.assign(server, { connectionsCheckingInterval: 100 })
}
