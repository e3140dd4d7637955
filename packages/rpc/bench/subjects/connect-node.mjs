import { createServer } from 'node:http2'

import { createFileRegistry, fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node'
import protobuf from 'protobufjs'
import descriptors from 'protobufjs/ext/descriptor.js'

import { answer, source } from './schema.mjs'

/** gRPC over HTTP/2, by what its own code generator would have given. */
export function connectNode() {
  const { root } = protobuf.parse(source)
  root.resolveAll()
  const set = descriptors.FileDescriptorSet.encode(root.toDescriptor('proto3')).finish()
  const service = createFileRegistry(fromBinary(FileDescriptorSetSchema, set)).getService(
    'bench.Catalog',
  )
  return {
    serve: () =>
      new Promise((resolve) => {
        const server = createServer(
          connectNodeAdapter({ routes: (router) => router.service(service, { getBook: answer }) }),
        )
        server.listen(0, '127.0.0.1', () => resolve(server.address().port))
      }),
    async client(port) {
      const transport = createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` })
      const client = createClient(service, transport)
      return (book) => client.getBook(book)
    },
  }
}
