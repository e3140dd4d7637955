import { SessionOptionError } from '../option-error.ts'

/** A client of node-redis (4 and later), alone, of a pool, a sentinel or a cluster, as far as it is used here. */
export interface NodeRedisClient {
  /** `GET` */
  get(key: string): Promise<unknown>
  /** `PSETEX` */
  pSetEx(key: string, milliseconds: number, value: string): Promise<unknown>
  /** `DEL` */
  del(key: string): Promise<unknown>
  /** `EVALSHA` */
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  /** `EVAL` */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** A client of ioredis (5 and later), alone or of a cluster, as far as it is used here. */
export interface IoredisClient {
  /** `GET` */
  get(key: string): Promise<unknown>
  /** `PSETEX` */
  psetex(key: string, milliseconds: number, value: string): Promise<unknown>
  /** `DEL` */
  del(key: string): Promise<unknown>
  /** `EVALSHA` */
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>
  /** `EVAL` */
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>
}

/** A script about one key, and the digest by which a server knows it. */
export interface Script {
  readonly text: string
  readonly sha: string
}

/** What is asked of Redis, whichever client carries it. Each command is about one key, wherever it is kept. */
export interface RedisCommands {
  get(key: string): Promise<unknown>
  set(key: string, value: string, milliseconds: number): Promise<unknown>
  remove(key: string): Promise<unknown>
  /** Runs a script by its digest; where the server does not know it (it began anew), by its text. */
  run(script: Script, key: string, args: string[]): Promise<unknown>
  /**
   * Gives the keys that begin with a text, some at a time, from every master. What is written or removed
   * meanwhile may be among them or not, and a key may come twice.
   */
  keys(prefix: string, count: number): AsyncIterable<string[]>
}

/** @throws {SessionOptionError} for what is no client. */
export function commandsOf(client: NodeRedisClient | IoredisClient): RedisCommands {
  if (isIoredis(client)) return ofIoredis(client)
  if (typeof (client as Partial<NodeRedisClient> | undefined)?.evalSha === 'function') {
    return ofNodeRedis(client)
  }
  throw new SessionOptionError('client', 'client option must be a client of node-redis or ioredis')
}

function isIoredis(client: NodeRedisClient | IoredisClient): client is IoredisClient {
  return typeof (client as Partial<IoredisClient> | undefined)?.evalsha === 'function'
}

function ofNodeRedis(client: NodeRedisClient): RedisCommands {
  return {
    get: (key) => client.get(key),
    set: (key, value, milliseconds) => client.pSetEx(key, milliseconds, value),
    remove: (key) => client.del(key),
    run: ({ sha, text }, key, args) =>
      client
        .evalSha(sha, { keys: [key], arguments: args })
        .catch(unlessUnknown(() => client.eval(text, { keys: [key], arguments: args }))),
    async *keys(prefix, count) {
      const { masters, nodeClient } = client as unknown as NodeRedisCluster
      const nodes =
        typeof nodeClient === 'function'
          ? await Promise.all(masters.map((master) => nodeClient.call(client, master)))
          : [client as unknown as NodeRedisNode]
      const options = { MATCH: `${asPattern(prefix)}*`, COUNT: count }
      for (const node of nodes) {
        yield* pages(async (cursor) => {
          const reply = await node.scan(cursor, options)
          return [String(reply.cursor), reply.keys]
        })
      }
    },
  }
}

interface NodeRedisNode {
  scan(cursor: string, options: object): Promise<{ cursor: string | number; keys: string[] }>
}

interface NodeRedisCluster {
  readonly masters: readonly unknown[]
  readonly nodeClient: (node: unknown) => Promise<NodeRedisNode>
}

function ofIoredis(client: IoredisClient): RedisCommands {
  return {
    get: (key) => client.get(key),
    set: (key, value, milliseconds) => client.psetex(key, milliseconds, value),
    remove: (key) => client.del(key),
    run: ({ sha, text }, key, args) =>
      client
        .evalsha(sha, 1, key, ...args)
        .catch(unlessUnknown(() => client.eval(text, 1, key, ...args))),
    async *keys(prefix, count) {
      const { nodes, options } = client as unknown as IoredisCluster
      // The client puts it in front of keys, but neither of patterns nor off the keys that it gives.
      const own = options?.keyPrefix ?? options?.redisOptions?.keyPrefix ?? ''
      const pattern = `${asPattern(own + prefix)}*`
      const masters =
        typeof nodes === 'function'
          ? nodes.call(client, 'master')
          : [client as unknown as IoredisNode]
      for (const master of masters) {
        for await (const keys of pages((cursor) =>
          master.scan(cursor, 'MATCH', pattern, 'COUNT', count),
        )) {
          yield keys.map((key) => key.slice(own.length))
        }
      }
    },
  }
}

interface IoredisNode {
  scan(cursor: string, ...options: (string | number)[]): Promise<[string, string[]]>
}

interface IoredisCluster {
  readonly nodes?: (role: 'master') => IoredisNode[]
  readonly options?: {
    readonly keyPrefix?: string
    readonly redisOptions?: { readonly keyPrefix?: string }
  }
}

async function* pages(
  scan: (cursor: string) => Promise<readonly [string, string[]]>,
): AsyncGenerator<string[]> {
  let cursor = '0'
  do {
    const [next, keys] = await scan(cursor)
    if (keys.length > 0) yield keys
    cursor = next
  } while (cursor !== '0')
}

function unlessUnknown(again: () => Promise<unknown>): (error: unknown) => Promise<unknown> {
  return (error) => {
    if (String((error as Error | undefined)?.message).startsWith('NOSCRIPT')) return again()
    throw error
  }
}

/** Takes each character of a pattern of Redis's as itself. */
function asPattern(text: string): string {
  return text.replaceAll(/[\\*?[\]^-]/g, '\\$&')
}
