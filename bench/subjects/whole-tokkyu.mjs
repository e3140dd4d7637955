// The whole app with one import changed; everybody else's middleware stays.
import session from 'express-session'
import multer from 'multer'
import ejs from 'ejs'

import { wholeApp } from '../whole-app/express-like.mjs'
import { express } from './tokkyu.mjs'

const parts = { session, upload: multer, view: 'page.ejs', log: 'tokkyu' }

export const apps = {
  // Named here as an app's own `node_modules` would have it found.
  whole: () => wholeApp(express, parts).engine('ejs', ejs.renderFile),
}
