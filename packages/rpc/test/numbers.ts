import { onTestFinished } from 'vitest'

import {
  type BidiStream,
  type Client,
  type ClientStream,
  connect,
  type ConnectOptions,
  createRpcServer,
  type Handlers,
  loadService,
  type RpcServerOptions,
  type ServerStream,
  type Unary,
} from '../src/index.ts'

interface Num {
  value: number
  data?: Uint8Array
}

/** A service with a method of each kind. */
export interface Numbers {
  double: Unary<Num, Num>
  sum: ClientStream<Num, Num>
  count: ServerStream<Num, Num>
  each: BidiStream<Num, Num>
}

const source = `
  syntax = "proto3";
  package test;
  message Num { int32 value = 1; bytes data = 2; }
  service Numbers {
    rpc Double(Num) returns (Num) { option idempotency_level = IDEMPOTENT; }
    rpc Sum(stream Num) returns (Num);
    rpc Count(Num) returns (stream Num);
    rpc Each(stream Num) returns (stream Num);
  }
`

export const numbers = await loadService<Numbers>({ source }, 'test.Numbers')

/** Says what to do when the test has ended. */
export function afterwards(close: () => unknown): void {
  onTestFinished(async () => void (await close()))
}

/** A server with some handlers on a port of its own. */
export async function serve(
  handlers: Handlers<Numbers>,
  options: RpcServerOptions = {},
): Promise<{ port: number; close: (grace?: number) => Promise<void> }> {
  const server = createRpcServer(options).add(numbers, handlers)
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as { port: number }
  afterwards(() => server.close(0))
  return { port, close: (grace) => server.close(grace) }
}

/** A client of a port. */
export function clientOf(
  port: number,
  options: ConnectOptions = {},
): ReturnType<typeof connect<Numbers>> {
  const client = connect(numbers, { host: '127.0.0.1', port }, options)
  afterwards(() => client.$channel.destroy())
  return client
}

/** A server with some handlers, and a client of it. */
export async function pair(
  handlers: Handlers<Numbers>,
  options: { server?: RpcServerOptions; client?: ConnectOptions } = {},
): Promise<Client<Numbers>> {
  const { port } = await serve(handlers, options.server)
  return clientOf(port, options.client)
}

/** Everything an iterable gives. */
export async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const message of messages) list.push(message)
  return list
}

/** Numbers from 1 on. */
export function* upTo(count: number): Generator<Num> {
  for (let value = 1; value <= count; value++) yield { value }
}

/** A promise with its ends. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** Resolves when a signal has aborted, to the reason. */
export function abortOf(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason)
    else signal.addEventListener('abort', () => resolve(signal.reason))
  })
}
