// All three in one process, each on a port of its own; in earnest each would be a process, on any machine.
import { writeFile } from 'node:fs/promises'

import { connect } from '@tokkyu/rpc'

import { catalogServer } from './catalog.mjs'
import { ordersServer } from './orders.mjs'
import { orders, registry } from './services.mjs'
import { stockServer } from './stock.mjs'

const { server, close } = ordersServer()
const servers = { catalog: catalogServer(), stock: stockServer(), orders: server }
const addresses = {}
for (const [name, each] of Object.entries(servers)) {
  const { port } = await each.listen({ port: 0, host: '127.0.0.1' })
  addresses[name] = [`127.0.0.1:${port}`]
}
await writeFile(process.env.SERVERS ?? 'servers.json', JSON.stringify(addresses))

const client = connect(orders, 'orders', { registry })
const order = { customer: 'Zoë', items: [{ bookId: 1, count: 2 }] }
const receipt = await client.place(order, { deadline: 5000 })
console.log(receipt.customer, 'pays', receipt.cents / 100, 'for', receipt.titles.join(', '))
try {
  await client.place({ ...order, items: [{ bookId: 2, count: 9 }] }, { deadline: 5000 })
} catch (error) {
  console.log(`${error.code}: ${error.details}`)
}

client.$channel.close()
close()
await Promise.all(Object.values(servers).map((each) => each.close()))
