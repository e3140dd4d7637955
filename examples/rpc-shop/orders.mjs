import { connect, createRpcServer } from '@tokkyu/rpc'

import { catalog, orders, registry, stock } from './services.mjs'

export const ordersServer = () => {
  const books = connect(catalog, 'catalog', { registry })
  const shelf = connect(stock, 'stock', { registry })
  const server = createRpcServer({ reflection: true }).add(orders, {
    // These calls end with the one that is answered: by its deadline, or when its caller has gone.
    async place({ customer, items }) {
      const found = await Promise.all(items.map(({ bookId }) => books.getBook({ id: bookId })))
      await shelf.take(items)
      return {
        customer,
        titles: found.map(({ title }) => title),
        cents: found.reduce((sum, { cents }, index) => sum + cents * items[index].count, 0),
      }
    },
  })
  return { server, close: () => [books, shelf].forEach(({ $channel }) => $channel.close()) }
}
