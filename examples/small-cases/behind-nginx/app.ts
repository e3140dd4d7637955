import { createHash } from 'node:crypto'

import express from '@tokkyu/core'

export function createApp(): express.Express {
  const app = express()
  app.set('trust proxy', 'loopback') // nginx on this machine, and nobody else

  app.get('/', (req, res) => {
    res.json({ ip: req.ip, protocol: req.protocol, host: req.host, secure: req.secure })
  })

  // What is large is never whole in memory: not here, and not on nginx's disk.
  app.put('/files', async (req, res) => {
    if (!req.is('application/octet-stream')) return res.sendStatus(415)
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of req as AsyncIterable<Buffer>) {
      if (bytes === 0) app.emit('upload began')
      hash.update(chunk)
      bytes += chunk.length
    }
    return res.status(201).json({ bytes, sha256: hash.digest('hex') })
  })

  app.get('/events', (req, res) => {
    const events = res.sse()
    void events.send({ data: 'hello' }) // leaves at once: X-Accel-Buffering says so to nginx
  })

  app.ws('/echo', async (socket) => {
    for await (const message of socket) await socket.send(message)
  })
  return app
}
