import { createRequire } from 'node:module'

import { answer, source } from './schema.mjs'

const { connect, createRpcServer, loadService } = createRequire(import.meta.url)(
  '../../entry/index.cjs',
)

export function tokkyu() {
  const service = loadService({ source }, 'bench.Catalog')
  return {
    async serve() {
      // At half load calls come whether or not those before were answered; the others have no bound.
      const limits = { streams: 100_000 }
      const server = createRpcServer({ limits }).add(await service, { getBook: answer })
      return (await server.listen({ port: 0, host: '127.0.0.1' })).port
    },
    async client(port) {
      return connect(await service, { host: '127.0.0.1', port }).getBook
    },
  }
}
