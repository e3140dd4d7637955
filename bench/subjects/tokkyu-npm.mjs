// Express's middleware on our core: what an app brings along when it changes its import.
import { expressLike, listening } from './express-like.mjs'
import { express } from './tokkyu.mjs'

const session = async () => (await import('express-session')).default
const upload = async () => (await import('multer')).default
const { build } = expressLike(express, { session, upload })

export const apps = listening({
  s8: async () => {
    const { default: serveStatic } = await import('serve-static')
    return expressLike(
      Object.assign(() => express(), { static: serveStatic }),
      {},
    ).build.s8()
  },
  s9: build.s9,
  s10: build.s10,
})
