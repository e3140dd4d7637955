import express from 'express4'

import { expressLike, listening } from './express-like.mjs'

const session = async () => (await import('express-session')).default
const upload = async () => (await import('multer')).default

export const apps = listening(expressLike(express, { session, upload, view: 'page.ejs' }).build)
