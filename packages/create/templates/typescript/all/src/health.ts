import express, { type Router } from '@tokkyu/core'

/**
 * `/live` says that the process answers; `/ready` also that what it depends on is there.
 *
 * Mount it in front of sessions, logs and limits: it is asked every few seconds.
 */
export function health(isReady: () => Promise<boolean>): Router {
  const router = express.Router()
  router.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store')
    next()
  })
  router.get('/live', (_req, res) => {
    res.json({ status: 'ok' })
  })
  router.get('/ready', async (_req, res) => {
    const ready = await isReady()
    res.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unavailable' })
  })
  return router
}
