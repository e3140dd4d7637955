import type { Message, MethodKind, MethodShape, ServiceShape } from '../schema/service.ts'
import type { CallOptions } from './call-options.ts'

type Many<T> = AsyncIterable<T> | Iterable<T>

/** The responses of a call, in their order. Leaving the loop over them cancels the call. */
export type Responses<T> = AsyncIterableIterator<T>

/** Calls one method. Of a method whose types were not written down the answer may be taken either way. */
type Call<Method extends MethodShape<MethodKind, unknown, unknown>> = [MethodKind] extends [
  Method['kind'],
]
  ? (
      requests: Message | Many<Message>,
      options?: CallOptions,
    ) => Promise<Message> & Responses<Message>
  : CallOf<Method>[Method['kind']]

interface CallOf<Method extends MethodShape<MethodKind, unknown, unknown>> {
  unary: (request: Method['request'], options?: CallOptions) => Promise<Method['response']>
  clientStream: (
    requests: Many<Method['request']>,
    options?: CallOptions,
  ) => Promise<Method['response']>
  serverStream: (request: Method['request'], options?: CallOptions) => Responses<Method['response']>
  bidiStream: (
    requests: Many<Method['request']>,
    options?: CallOptions,
  ) => Responses<Method['response']>
}

/** Calls a service: a function for each of its methods. */
export type Client<Shape extends ServiceShape<Shape>> = {
  readonly [Name in keyof Shape]: Call<Shape[Name]>
}
