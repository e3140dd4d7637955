import type { MethodKind, Service } from '@tokkyu/rpc'

import { type Arguments, UsageError } from '../command.ts'
import { deadlineOf, includedFolders } from './rpc-schema.ts'

const arrows: Readonly<Record<MethodKind, string>> = {
  unary: 'one request, one response',
  clientStream: 'many requests, one response',
  serverStream: 'one request, many responses',
  bidiStream: 'many requests, many responses',
}

/** `tokkyu rpc list`: shows the services of a schema or a server, or the methods of one. */
export async function listMethods({ values, positionals }: Arguments): Promise<number> {
  const [from, name, ...rest] = positionals
  if (from === undefined || rest.length > 0) {
    throw new UsageError('Name a .proto file or an address, and perhaps a service.')
  }
  const { names, service } = from.endsWith('.proto')
    ? await inFile(from, includedFolders(values))
    : await atServer(from, deadlineOf(values))
  for (const each of name === undefined ? names : [name]) {
    console.log(each)
    for (const method of (await service(each)).methods.values()) {
      console.log(`  ${method.path.split('/')[1]}  (${arrows[method.kind]})`)
    }
  }
  return 0
}

/** The services that there are, and how to read one. */
interface Listed {
  readonly names: readonly string[]
  readonly service: (name: string) => Promise<Service>
}

async function inFile(file: string, includeFolders: readonly string[]): Promise<Listed> {
  const { listServices, loadService } = await import('@tokkyu/rpc')
  return {
    names: await listServices(file, { includeFolders }),
    service: (name) => loadService(file, name, { includeFolders }),
  }
}

async function atServer(address: string, deadline: number): Promise<Listed> {
  const { reflect } = await import('@tokkyu/rpc')
  const server = await reflect(address, { deadline })
  const services = new Map<string, Service>()
  for (const name of server.services) services.set(name, await server.service(name))
  server.close()
  return {
    names: server.services,
    service: async (name) => services.get(name) ?? server.service(name),
  }
}
