import { EventEmitter, on } from 'node:events'

import { createRpcServer, RpcError } from '@tokkyu/rpc'

import { stock } from './services.mjs'

export const stockServer = () => {
  const counts = new Map([
    [1, 3],
    [2, 1],
  ])
  const changes = new EventEmitter()
  const amounts = () => [...counts].map(([bookId, count]) => ({ bookId, count }))

  return createRpcServer({ reflection: true }).add(stock, {
    // Many requests, one response.
    async take(requests) {
      const wanted = []
      for await (const amount of requests) wanted.push(amount)
      for (const { bookId, count } of wanted) {
        if ((counts.get(bookId) ?? 0) < count) {
          throw new RpcError('FAILED_PRECONDITION', `Too few of book ${String(bookId)}`)
        }
      }
      for (const { bookId, count } of wanted) counts.set(bookId, counts.get(bookId) - count)
      changes.emit('change')
      return {}
    },
    // One request, many responses, until the caller has seen enough.
    async *watch(_, { signal }) {
      yield* amounts()
      try {
        const news = on(changes, 'change', { signal })
        while (!(await news.next()).done) yield* amounts()
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  })
}
