import { createServer } from 'node:net'

import moleculer from 'moleculer'

import { answer } from './schema.mjs'

/** Its TCP transporter, each node told where the other is, and its JSON. */
export function moleculerTcp() {
  return {
    async serve() {
      const port = await freePort()
      const server = broker('server', port, [])
      server.createService({
        name: 'catalog',
        actions: { getBook: ({ params }) => answer(params) },
      })
      await server.start()
      return port
    },
    async client(port) {
      const own = await freePort()
      const client = broker('client', own, [`127.0.0.1:${port}/server`, `127.0.0.1:${own}/client`])
      await client.start()
      await client.waitForServices('catalog', 30_000)
      return (book) => client.call('catalog.getBook', book)
    },
  }
}

function broker(nodeID, port, urls) {
  return new moleculer.ServiceBroker({
    nodeID,
    logger: false,
    transporter: { type: 'TCP', options: { udpDiscovery: false, port, urls } },
  })
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
