import { RpcOptionError } from '../errors/option-error.ts'

/**
 * The package `@grpc/grpc-js`, which the application brings.
 *
 * @param what - for which it is needed
 */
export async function grpcJs(what: string): Promise<typeof import('@grpc/grpc-js')> {
  try {
    return await import('@grpc/grpc-js')
  } catch {
    throw new RpcOptionError(what, `Cannot use ${what} without "@grpc/grpc-js": install it`)
  }
}

/** Every kind of call is a stream of messages both ways; what more a kind promises is kept elsewhere. */
export const RAW = {
  requestStream: true,
  responseStream: true,
  requestSerialize: asBuffer,
  requestDeserialize: asIs,
  responseSerialize: asBuffer,
  responseDeserialize: asIs,
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function asIs(bytes: Buffer): Buffer {
  return bytes
}
