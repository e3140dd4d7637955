// What one event to many clients costs beside a hand-written loop of `res.write`: server CPU, asked of
// servers in processes of their own, in turns; the figure is the median of the ratios.
// `CLIENTS=5000 node packages/core/bench/sse.mjs`, after a build.
import { EventEmitter, once } from 'node:events'
import http from 'node:http'
import net from 'node:net'

import express, { EventLog } from '@tokkyu/core'

import { answerAsks, median, startServer } from './server-process.mjs'

const CLIENTS = Number(process.env.CLIENTS ?? 2000)
const EVENTS = Number(process.env.EVENTS ?? 10)
const ROUNDS = Number(process.env.ROUNDS ?? 15)
const data = { symbol: 'TOK', price: 41, at: '2026-11-26T12:00:00Z' }

const makers = {
  'res.write'() {
    const clients = new Set()
    const server = http.createServer((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
      res.write(':\n\n')
      clients.add(res)
      res.on('close', () => clients.delete(res))
    })
    let id = 0
    const publish = () => {
      const text = `id: ${++id}\nevent: price\ndata: ${JSON.stringify(data)}\n\n`
      for (const res of clients) res.write(text)
    }
    return [server.listen(0, '127.0.0.1'), publish]
  },
  EventLog() {
    const log = new EventLog()
    const app = express().get('/', (_req, res) => res.sse(log))
    return [app.listen(0, '127.0.0.1'), () => log.publish({ event: 'price', data })]
  },
  'events.send'() {
    const streams = new Set()
    const app = express().get('/', (_req, res) => {
      const events = res.sse()
      streams.add(events)
      events.signal.addEventListener('abort', () => streams.delete(events))
    })
    let id = 0
    const publish = () => {
      id++
      for (const events of streams) events.send({ event: 'price', id, data })
    }
    return [app.listen(0, '127.0.0.1'), publish]
  },
}

if (process.env.SERVE) {
  const [server, publish] = makers[process.env.SERVE]()
  answerAsks(server, async () => {
    for (let event = 0; event < EVENTS; event++) {
      publish()
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
} else await main()

async function main() {
  const servers = {}
  for (const name of Object.keys(makers)) {
    const server = await startServer(import.meta.filename, name)
    const { rss: before } = await server.ask('cpu')
    const clients = await connectAll(server.port)
    const { rss } = await server.ask('cpu')
    servers[name] = { ...server, ...clients, memory: (rss - before) / CLIENTS / 1024, costs: [] }
  }
  console.log(
    `node ${process.version}; ${CLIENTS} clients, ${EVENTS} events a round, ${ROUNDS} rounds`,
  )
  for (let round = -3; round < ROUNDS; round++) {
    for (const each of Object.values(servers)) {
      const before = await each.cpu()
      await each.ask('publish')
      await each.received(EVENTS)
      if (round >= 0) each.costs.push(((await each.cpu()) - before) / EVENTS / CLIENTS)
    }
  }
  for (const [name, { costs, memory }] of Object.entries(servers)) {
    const ratios = costs.map((cost, at) => cost / servers['res.write'].costs[at])
    console.log(
      name.padEnd(12),
      `${median(costs).toFixed(2)} µs`.padStart(10),
      median(ratios).toFixed(2),
      `${memory.toFixed(1)} KiB a client`,
    )
  }
  for (const { stop, sockets } of Object.values(servers)) {
    for (const socket of sockets) socket.destroy()
    stop()
  }
}

/** Clients that count the events they get. */
async function connectAll(port) {
  const sockets = []
  const heard = new EventEmitter()
  let events = 0
  const count = (piece) => {
    for (let at = piece.indexOf('event:'); at >= 0; at = piece.indexOf('event:', at + 1)) events++
    if (events % CLIENTS === 0) heard.emit(String(events))
  }
  for (let at = 0; at < CLIENTS; at++) {
    const socket = net.connect(port, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    await once(socket, 'data')
    socket.on('data', count)
  }
  const received = async (each) => {
    const wanted = each * CLIENTS
    if (events < wanted) await once(heard, String(wanted))
    events = 0
  }
  return { sockets, received }
}
