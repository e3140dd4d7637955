import protobuf from 'protobufjs'
import descriptors from 'protobufjs/ext/descriptor.js'

import type { Address } from '../addressing/address.ts'
import type { LongsAs } from '../schema/codec.ts'
import { serviceIn } from '../schema/load-service.ts'
import {
  type ReflectionAnswer,
  type ReflectionRequest,
  type ReflectionService,
  reflectionServices,
} from '../schema/reflection-service.ts'
import type { Service } from '../schema/service.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { CallOptions } from './call-options.ts'
import type { Client } from './client.ts'
import { connect, type ConnectOptions } from './connect.ts'

/** What a server tells of itself. */
export interface Reflected {
  /** The names of its services, those of health and reflection among them. */
  readonly services: readonly string[]
  /**
   * The schema of one of them.
   *
   * @throws {RpcError} `NOT_FOUND` when there is none of that name.
   */
  service: (name: string) => Promise<Service>
  /** Closes the connection. */
  close: () => void
}

/** How a server is asked. */
export interface ReflectOptions extends ConnectOptions, Pick<CallOptions, 'deadline' | 'metadata'> {
  /**
   * How 64-bit numbers are handed out.
   *
   * @default 'bigint'
   */
  readonly longs?: LongsAs | undefined
}

/** More than any schema has: a server that names file after file would be asked for ever. */
const MOST_FILES = 10_000

type Ask = (request: ReflectionRequest) => Promise<ReflectionAnswer>

/**
 * Asks a server for its services and their schemas: one of this package that was made with `reflection: true`, or
 * any gRPC server that offers reflection.
 *
 * @throws {RpcError} as calls fail: `UNIMPLEMENTED` when the server does not tell.
 * @example
 * const server = await reflect('localhost:4000')
 * const catalog = connect(await server.service('shop.Catalog'), 'localhost:4000')
 */
export async function reflect(
  address: string | Address,
  { longs = 'bigint', deadline, metadata, ...options }: ReflectOptions = {},
): Promise<Reflected> {
  const [newest, older] = reflectionServices as [
    Service<ReflectionService>,
    Service<ReflectionService>,
  ]
  const client = connect(newest, address, options)
  const call: CallOptions = {
    ...(deadline !== undefined && { deadline }),
    ...(metadata !== undefined && { metadata }),
  }
  const asked = (service: Client<ReflectionService>): Ask => {
    return async (request) => answerOf(service.serverReflectionInfo([request], call))
  }
  const close = (): void => client.$channel.close()
  try {
    let ask = asked(client)
    const listed = await ask({ listServices: '' }).catch((error: unknown) => {
      if (!(error instanceof RpcError) || error.code !== 'UNIMPLEMENTED') throw error
      ask = asked(client.$channel.client(older))
      return ask({ listServices: '' })
    })
    return {
      services: (listed.listServicesResponse?.service ?? []).map(({ name }) => name),
      async service(name) {
        const set = descriptors.FileDescriptorSet.encode({ file: await filesOf(name, ask) })
        return serviceIn(protobuf.Root.fromDescriptor(set.finish()), name, longs)
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

async function answerOf(answers: AsyncIterable<ReflectionAnswer>): Promise<ReflectionAnswer> {
  for await (const answer of answers) {
    const { errorResponse } = answer
    if (errorResponse) throw new RpcError('NOT_FOUND', errorResponse.errorMessage)
    return answer
  }
  throw new RpcError('INTERNAL', 'The server does not answer what it is asked')
}

/** The file of a service and all that it imports: some servers give them at once, others one by one. */
async function filesOf(name: string, ask: Ask): Promise<FileDescriptor[]> {
  const files = new Map<string, FileDescriptor>()
  const add = ({ fileDescriptorResponse }: ReflectionAnswer): void => {
    for (const bytes of fileDescriptorResponse?.fileDescriptorProto ?? []) {
      const file = descriptors.FileDescriptorProto.decode(bytes) as FileDescriptor
      files.set(file.name, file)
    }
  }
  add(await ask({ fileContainingSymbol: name }))
  const wanted = new Set<string>()
  for (const { dependency } of files.values()) {
    for (const imported of dependency) {
      if (files.has(imported) || wanted.has(imported)) continue
      if (wanted.size === MOST_FILES)
        throw new RpcError('RESOURCE_EXHAUSTED', 'The schema has no end')
      wanted.add(imported)
      add(await ask({ fileByFilename: imported }))
    }
  }
  return [...files.values()]
}

/** What is looked at of a file. */
type FileDescriptor = protobuf.Message & { name: string; dependency: string[] }
