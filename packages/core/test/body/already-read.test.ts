import { setTimeout as wait } from 'node:timers/promises'
import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import express, { json, urlencoded } from '@tokkyu/core'

describe('a body that was read before', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }

  it('is left as it is by the next parser, however long after', async () => {
    let wasDestroyed = false
    const app = express().use(urlencoded({ extended: false }))
    app.use(async (req: IncomingMessage, _res: unknown, next: () => void) => {
      // Node destroys a request some time after its end.
      for (let turn = 0; turn < 100 && !req.destroyed; turn++) await wait(1)
      wasDestroyed = req.destroyed
      next()
    })
    app.post('/', urlencoded({ extended: false }), json(), (req, res) => res.json(req.body))
    const server = app.listen(0)
    try {
      const { port } = server.address() as { port: number }
      const answer = await fetch(`http://localhost:${port}/`, {
        method: 'POST',
        headers: form,
        body: 'a=1',
      })
      expect([answer.status, await answer.json()]).toEqual([200, { a: '1' }])
      expect(wasDestroyed).toBe(true)
    } finally {
      await app.close()
    }
  })
})
