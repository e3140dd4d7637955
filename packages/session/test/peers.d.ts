// The peers we are compared with, as far as the tests call them; these packages bring no types.
declare module 'cookie-signature' {
  import type { KeyObject } from 'node:crypto'
  export function sign(value: string, secret: string | NodeJS.ArrayBufferView | KeyObject): string
  export function unsign(signed: string, secret: string): string | false
  const signature: { sign: typeof sign; unsign: typeof unsign }
  export default signature
}
declare module 'etag' {
  export default function etag(entity: unknown, options?: { weak?: boolean }): string
}
declare module 'fresh' {
  type Headers = Record<string, string | undefined>
  export default function fresh(request: Headers, response: Headers): boolean
}
declare module 'express-session' {
  import type { RequestHandler } from 'express'
  interface Options {
    secret: string
    resave?: boolean
    saveUninitialized?: boolean
    store?: unknown
    name?: string
  }
  const session: {
    (options: Options): RequestHandler
    MemoryStore: new () => object
    Store: new () => object
    Cookie: new (options?: object) => object
  }
  export default session
}
declare module 'memorystore' {
  export default function create(session: object): new (options: object) => object
}
declare module 'connect-redis' {
  export const RedisStore: new (options: { client: unknown; prefix?: string }) => object
}
declare module 'cookie-parser' {
  const cookieParser: {
    (secret?: string | string[], options?: object): unknown
    JSONCookie(value: string): unknown
    signedCookie(value: string, secret: string): string | false
  }
  export default cookieParser
}
declare module 'memcached' {
  import type { MemcachedClient } from '@tokkyu/session/memcached'
  interface Memcached extends MemcachedClient {
    end(): void
  }
  const Memcached: new (servers: string | string[], options?: object) => Memcached
  export default Memcached
}
declare module 'memjs' {
  import type { MemjsClient } from '@tokkyu/session/memcached'
  const memjs: {
    Client: { create(servers: string, options?: object): MemjsClient & { close(): void } }
  }
  export default memjs
}
