import { CacheOptionError } from '../errors/option-error.ts'

/** A client of node-redis (5 and later), as far as it is used here. */
export interface NodeRedisClient {
  /** Gives a client whose replies have the types asked for: texts as buffers. */
  withTypeMapping(mapping: Record<number, unknown>): {
    sendCommand(args: readonly (string | Buffer)[]): Promise<unknown>
  }
}

/** A client of ioredis (5 and later), as far as it is used here. */
export interface IoredisClient {
  /** Sends a command; texts in the reply come as buffers. */
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>
}

/** Sends one command; texts in the reply come as buffers. */
export type RedisCommand = (command: string, ...args: (string | Buffer)[]) => Promise<unknown>

/** What RESP marks a text of known length with: `$`. */
const BLOB_STRING = 36

export function commandsOf(client: NodeRedisClient | IoredisClient): RedisCommand {
  if (isIoredis(client)) return (command, ...args) => client.callBuffer(command, ...args)
  if (typeof client?.withTypeMapping !== 'function')
    throw new CacheOptionError('client', 'a client of node-redis or ioredis', client)
  const binary = client.withTypeMapping({ [BLOB_STRING]: Buffer })
  return (command, ...args) => binary.sendCommand([command, ...args])
}

function isIoredis(client: NodeRedisClient | IoredisClient): client is IoredisClient {
  return typeof (client as Partial<IoredisClient> | undefined)?.callBuffer === 'function'
}
