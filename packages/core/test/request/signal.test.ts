import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import express from '@tokkyu/core'

describe('req.signal', () => {
  it('aborts when the client goes away before the reply', async () => {
    let signal: AbortSignal | undefined
    const app = express().get('/', (req) => {
      signal = req.signal
      expect(req.signal).toBe(signal)
      client.destroy()
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = http.get({ port, host: '127.0.0.1' }).on('error', () => {})
    await once(server, 'request')
    expect(signal?.aborted).toBe(false)
    await once(signal as AbortSignal, 'abort')
    expect(signal?.reason).toMatchObject({ name: 'AbortError' })
    server.close()
  })

  it('is aborted when it is first read after the client has gone', async () => {
    const late = new Promise<boolean>((resolve) => {
      const app = express().get('/', (req, res) => {
        res.on('close', () => resolve(req.signal.aborted))
        client.destroy()
      })
      const server = app.listen(0, '127.0.0.1')
      let client: http.ClientRequest
      server.on('listening', () => {
        const { port } = server.address() as AddressInfo
        client = http.get({ port, host: '127.0.0.1' }).on('error', () => {})
      })
      server.unref()
    })
    expect(await late).toBe(true)
  })

  it('never aborts once the reply is out', async () => {
    let signal: AbortSignal | undefined
    const closed = new Promise((resolve) => {
      const app = express().get('/', (req, res) => {
        signal = req.signal
        res.on('close', resolve)
        res.send('done')
      })
      void request(app).get('/').expect(200).end()
    })
    await closed
    expect(signal?.aborted).toBe(false)
  })
})
