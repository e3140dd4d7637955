import protobuf from 'protobufjs'
import descriptors from 'protobufjs/ext/descriptor.js'

import type { Address } from '../addressing/address.ts'
import type { LongsAs } from '../schema/codec.ts'
import { serviceIn } from '../schema/load-service.ts'
import { reflectionServices } from '../schema/reflection-service.ts'
import type { Service } from '../schema/service.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { CallOptions } from './call-options.ts'
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

/**
 * Asks a server for its services and their schemas; it must have been made with `reflection: true`.
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
  const client = connect(reflectionServices[0]!, address, options)
  const call: CallOptions = {
    ...(deadline !== undefined && { deadline }),
    ...(metadata !== undefined && { metadata }),
  }
  const ask = async (request: object): Promise<ReflectionAnswer> => {
    for await (const answer of client.serverReflectionInfo([request], call)) {
      const { errorResponse } = answer
      if (errorResponse) throw new RpcError('NOT_FOUND', errorResponse.errorMessage)
      return answer
    }
    throw new RpcError('INTERNAL', 'The server does not answer what it is asked')
  }
  const close = (): void => client.$channel.close()
  try {
    const { listServicesResponse } = await ask({ listServices: '' })
    return {
      services: (listServicesResponse?.service ?? []).map(({ name }) => name),
      async service(name) {
        const answer = await ask({ fileContainingSymbol: name })
        const files = answer.fileDescriptorResponse?.fileDescriptorProto ?? []
        const file = files.map((bytes) => descriptors.FileDescriptorProto.decode(bytes))
        const set = descriptors.FileDescriptorSet.encode({ file }).finish()
        return serviceIn(protobuf.Root.fromDescriptor(set), name, longs)
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

type ReflectionAnswer = import('../schema/reflection-service.ts').ReflectionAnswer
