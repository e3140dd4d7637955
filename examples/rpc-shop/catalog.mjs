import { createRpcServer, RpcError } from '@tokkyu/rpc'

import { catalog } from './services.mjs'

const books = new Map([
  [1, { id: 1, title: 'Emma', cents: 900 }],
  [2, { id: 2, title: 'Ulysses', cents: 1500 }],
])

export const catalogServer = () =>
  createRpcServer({ reflection: true }).add(catalog, {
    getBook({ id }) {
      const book = books.get(id)
      if (!book) throw new RpcError('NOT_FOUND', `There is no book ${String(id)}`)
      return book
    },
  })
