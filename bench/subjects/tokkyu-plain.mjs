// Tokkyu without what bare node:http does not do either: no ETag, no X-Powered-By.
import path from 'node:path'

import { expressLike, listening } from './express-like.mjs'

// An earlier build can stand in for this one.
const root = process.env.TOKKYU_ROOT ?? path.resolve(import.meta.dirname, '../..')
const load = async (name) =>
  (await import(path.join(root, 'packages', name, 'entry/index.mjs'))).default
const parts = { session: () => load('session'), upload: () => load('upload'), view: 'page.html' }
const tune = (app) => app.disable('etag').disable('x-powered-by')
const { build } = expressLike(await load('core'), parts, tune)

export const apps = listening(build)
