import type { Message, MethodKind, MethodShape, ServiceShape } from '../schema/service.ts'
import type { ServerCall } from './server-call.ts'

type Awaitable<T> = T | Promise<T>
type Many<T> = AsyncIterable<T> | Iterable<T>

/**
 * What answers one method: given a request or a stream of them, it gives a response or a stream of them.
 * What comes to a method whose types were not written down may be taken as either.
 */
export type Handler<Method extends MethodShape<MethodKind, unknown, unknown>> = [
  MethodKind,
] extends [Method['kind']]
  ? (request: Message & AsyncIterable<Message>, call: ServerCall) => unknown
  : HandlerOf<Method>[Method['kind']]

interface HandlerOf<Method extends MethodShape<MethodKind, unknown, unknown>> {
  unary: (request: Method['request'], call: ServerCall) => Awaitable<Method['response']>
  clientStream: (
    requests: AsyncIterable<Method['request']>,
    call: ServerCall,
  ) => Awaitable<Method['response']>
  serverStream: (request: Method['request'], call: ServerCall) => Many<Method['response']>
  bidiStream: (
    requests: AsyncIterable<Method['request']>,
    call: ServerCall,
  ) => Many<Method['response']>
}

/** What answers a service. A method without a handler is answered with UNIMPLEMENTED. */
export type Handlers<Shape extends ServiceShape<Shape>> = {
  readonly [Name in keyof Shape]?: Handler<Shape[Name]> | undefined
}
