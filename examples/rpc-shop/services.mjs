import { fileRegistry, loadService } from '@tokkyu/rpc'

const schema = new URL('shop.proto', import.meta.url)

export const catalog = await loadService(schema, 'shop.Catalog')
export const stock = await loadService(schema, 'shop.Stock')
export const orders = await loadService(schema, 'shop.Orders')

/** Where each service runs: `servers.json`, or the file that SERVERS names, is read again when it changes. */
export const registry = fileRegistry(process.env.SERVERS ?? 'servers.json')
