// What an app over HTTP/2 costs beside node's compatibility API that sends the same: server CPU, asked of
// servers in processes of their own, in turns; the figure is the median of the ratios.
// `node packages/core/bench/http2.mjs`, after a build.
import http2 from 'node:http2'

import express from '@tokkyu/core'

import { answerAsks, median, startServer } from './server-process.mjs'

const BATCH = Number(process.env.BATCH ?? 4000)
const ROUNDS = Number(process.env.ROUNDS ?? 15)
const STREAMS = 32
const data = { id: 7, name: 'Ada', tags: ['a', 'b'] }

const makers = {
  node() {
    return http2
      .createServer((req, res) => {
        const isJson = req.url === '/json'
        const body = isJson ? JSON.stringify(data) : 'Hello, World!'
        res.setHeader(
          'content-type',
          isJson ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
        )
        res.setHeader('content-length', Buffer.byteLength(body))
        res.end(body)
      })
      .listen(0, '127.0.0.1')
  },
  'app.listen': () => makeApp().listen({ http2: true, port: 0, host: '127.0.0.1' }),
  'http2.createServer(app)': () => http2.createServer(makeApp()).listen(0, '127.0.0.1'),
}

function makeApp() {
  const app = express().disable('x-powered-by').disable('etag')
  app.get('/', (_req, res) => res.send('Hello, World!'))
  app.get('/json', (_req, res) => res.json(data))
  return app
}

if (process.env.SERVE) answerAsks(makers[process.env.SERVE]())
else await main()

async function main() {
  const servers = {}
  for (const name of Object.keys(makers)) {
    const server = await startServer(import.meta.filename, name)
    servers[name] = { ...server, client: http2.connect(`http://127.0.0.1:${server.port}`) }
  }
  console.log(
    `node ${process.version}; ${STREAMS} streams at a time, batches of ${BATCH}, ${ROUNDS} rounds`,
  )
  for (const path of ['/', '/json']) {
    for (const { client } of Object.values(servers)) await load(client, path, BATCH * 2)
    const costs = Object.fromEntries(Object.keys(servers).map((name) => [name, []]))
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, { client, cpu }] of Object.entries(servers)) {
        const before = await cpu()
        await load(client, path, BATCH)
        costs[name].push(((await cpu()) - before) / BATCH)
      }
    }
    for (const name of Object.keys(servers)) {
      const ratios = costs[name].map((cost, at) => cost / costs.node[at])
      console.log(
        path.padEnd(6),
        name.padEnd(26),
        `${median(costs[name]).toFixed(1)} µs`.padStart(10),
        median(ratios).toFixed(2),
      )
    }
  }
  for (const { client, stop } of Object.values(servers)) {
    client.destroy()
    stop()
  }
}

function load(client, path, count) {
  return new Promise((resolve, reject) => {
    let [started, ended] = [0, 0]
    const next = () => {
      if (started === count) return
      started++
      const stream = client.request({ ':path': path })
      stream.on('error', reject).on('end', () => {
        if (++ended === count) resolve()
        else next()
      })
      stream.resume()
    }
    for (let many = 0; many < STREAMS; many++) next()
  })
}
