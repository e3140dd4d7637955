import { SessionOptionError } from '../option-error.ts'
import type { MemcachedCommands } from './commands.ts'
import { commandsOfMemcached } from './memcached-client.ts'
import type { MemcachedClient } from './memcached-client.ts'
import { commandsOfMemjs } from './memjs.ts'
import type { MemjsClient } from './memjs.ts'

/** @throws {SessionOptionError} for what is no client. */
export function commandsOf(client: MemcachedClient | MemjsClient): MemcachedCommands {
  if (typeof (client as Partial<MemcachedClient> | undefined)?.gets === 'function') {
    return commandsOfMemcached(client as MemcachedClient)
  }
  if (typeof (client as Partial<MemjsClient> | undefined)?.perform === 'function') {
    return commandsOfMemjs(client as MemjsClient)
  }
  throw new SessionOptionError('client', 'client option must be a client of memcached or memjs')
}
