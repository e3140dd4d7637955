import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'

import { checkTime } from '../errors/option-error.ts'
import { type Endpoint, type Registry, staticRegistry } from './registry.ts'

/**
 * Names and their servers in a JSON file, `{ "catalog": ["10.0.0.1:4000", { "address": …, "weight": 2 }] }`,
 * which is read again when it changes. While it cannot be read the servers that are known stay.
 *
 * @param interval - milliseconds between two looks at it. @default 1000
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for an interval that no timer takes.
 * @example connect(shop, 'catalog', { registry: fileRegistry('servers.json') })
 */
export function fileRegistry(file: string, interval = 1000): Registry {
  checkTime('interval', interval)
  return {
    watch(name, observer) {
      const read = async (): Promise<void> => {
        try {
          const names: unknown = JSON.parse(await readFile(file, 'utf8'))
          staticRegistry(names as Record<string, readonly (string | Endpoint)[]>).watch(
            name,
            observer,
          )
        } catch (error) {
          observer.failed(error as Error)
        }
      }
      const changed = (): void => void read()
      watchFile(file, { interval, persistent: false }, changed)
      changed()
      return () => unwatchFile(file, changed)
    },
  }
}
