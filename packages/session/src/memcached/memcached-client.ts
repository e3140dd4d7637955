import type { MemcachedCommands } from './commands.ts'

/** A client of `memcached`, as far as it is used here. */
export interface MemcachedClient {
  /** Put by the client in front of every key. */
  readonly namespace?: string | undefined
  /** `gets`: the value under its key, and `cas`. */
  gets(key: string, callback: Callback): void
  /** `set` */
  set(key: string, value: string, lifetime: number, callback: Callback): void
  /** `cas` */
  cas(key: string, value: string, cas: string, lifetime: number, callback: Callback): void
  /** `delete` */
  del(key: string, callback: Callback): void
}

type Callback = (error: unknown, result: unknown) => void

export function commandsOfMemcached(client: MemcachedClient): MemcachedCommands {
  return {
    namespaceSize: client.namespace?.length ?? 0,
    async get(key) {
      const found = await promised((callback) => client.gets(key, callback))
      if (found === undefined || found === false) return undefined
      const { cas, ...values } = found as Record<string, string> & { cas: string }
      const [text] = Object.values(values)
      return text === undefined ? undefined : { text, cas }
    },
    set: async (key, text, expiry) =>
      (await promised((callback) => client.set(key, text, expiry, callback))) === true,
    exchange: async (key, text, expiry, cas) =>
      (await promised((callback) => client.cas(key, text, String(cas), expiry, callback))) === true,
    remove: (key) => promised((callback) => client.del(key, callback)),
  }
}

/** Of several errors, which the client gives as a list, the first. */
function promised(ask: (callback: Callback) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    ask((error, result) => {
      const [failure] = [error].flat()
      if (failure) reject(failure)
      else resolve(result)
    })
  })
}
