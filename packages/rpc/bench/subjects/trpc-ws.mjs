import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocket, WebSocketServer } from 'ws'

import { answer } from './schema.mjs'

/** One WebSocket, JSON, and no validation of what is asked. */
export function trpcWs() {
  const trpc = initTRPC.create()
  const router = trpc.router({
    getBook: trpc.procedure.input((book) => book).query(({ input }) => answer(input)),
  })
  return {
    serve: () =>
      new Promise((resolve) => {
        const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' })
        applyWSSHandler({ wss, router, createContext: () => ({}) })
        wss.on('listening', () => resolve(wss.address().port))
      }),
    async client(port) {
      const client = createWSClient({ url: `ws://127.0.0.1:${port}`, WebSocket })
      const trpcClient = createTRPCClient({ links: [wsLink({ client })] })
      return (book) => trpcClient.getBook.query(book)
    },
  }
}
