// The whole app, on Express as people deploy it.
import express from 'express'
import session from 'express-session'
import multer from 'multer'

import { wholeApp } from '../whole-app/express-like.mjs'

export const apps = {
  whole: () => wholeApp(express, { session, upload: multer, view: 'page.ejs', log: 'express5' }),
}
