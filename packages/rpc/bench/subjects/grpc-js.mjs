import grpc from '@grpc/grpc-js'
import protobuf from 'protobufjs'

import { answer, source } from './schema.mjs'

export function grpcJs() {
  const Book = protobuf.parse(source).root.lookupType('bench.Book')
  const encode = (book) => Buffer.from(Book.encode(book).finish())
  const decode = (bytes) => Book.decode(bytes)
  const path = '/bench.Catalog/GetBook'
  return {
    serve: () =>
      new Promise((resolve, reject) => {
        const server = new grpc.Server()
        const method = {
          path,
          requestStream: false,
          responseStream: false,
          requestSerialize: encode,
          requestDeserialize: decode,
          responseSerialize: encode,
          responseDeserialize: decode,
        }
        const handlers = { getBook: ({ request }, done) => done(null, answer(request)) }
        server.addService({ getBook: method }, handlers)
        const credentials = grpc.ServerCredentials.createInsecure()
        server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
          error ? reject(error) : resolve(port),
        )
      }),
    async client(port) {
      const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
      return (book) =>
        new Promise((resolve, reject) => {
          client.makeUnaryRequest(path, encode, decode, book, (error, found) =>
            error ? reject(error) : resolve(found),
          )
        })
    },
  }
}
