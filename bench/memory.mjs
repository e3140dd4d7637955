// What 10,000 idle keep-alive connections cost, and what is left after a load.
import { connect } from 'node:net'

import { sendAll } from './load.mjs'
import { prepare } from './answer.mjs'
import { start } from './process.mjs'
import { scenarios } from './scenarios.mjs'

/** @returns per subject, in MiB: `idle` connections' growth of the server, and `rss` after 50,000 requests. */
export async function memory(subjects, { connections, node }) {
  const found = {}
  for (const subject of subjects) {
    const server = await start(subject, 's2', { node })
    const { prepared } = await prepare(server, scenarios.s2)
    await sendAll(server, prepared, 50_000)
    const loaded = (await server.usage()).rss
    const sockets = await open(server.port, connections)
    const held = (await server.usage()).rss
    for (const socket of sockets) socket.destroy()
    await server.stop()
    found[subject] = { idle: mebibytes(held - loaded), rss: mebibytes(loaded) }
  }
  return found
}

/** Connections that have asked once and been answered, and stay open. */
async function open(port, count) {
  const sockets = []
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(200, count - sockets.length) }, () => once(port))
    sockets.push(...(await Promise.all(batch)))
  }
  return sockets
}

function once(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => resolve(socket)).once('error', reject)
    socket.write('GET /json HTTP/1.1\r\nHost: bench.test\r\n\r\n')
  })
}

function mebibytes(bytes) {
  return Math.round(bytes / 2 ** 20)
}
