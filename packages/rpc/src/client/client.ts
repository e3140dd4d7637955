import type { MethodKind, MethodShape, ServiceShape } from '../schema/service.ts'
import type { CallOptions } from './call-options.ts'

type Many<T> = AsyncIterable<T> | Iterable<T>

/** The responses of a call, in their order. Leaving the loop over them cancels the call. */
export type Responses<T> = AsyncIterableIterator<T>

/** Calls one method. */
type Call<Method extends MethodShape<MethodKind, unknown, unknown>> = {
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
}[Method['kind']]

/** Calls a service: a function for each of its methods. */
export type Client<Shape extends ServiceShape<Shape>> = {
  readonly [Name in keyof Shape]: Call<Shape[Name]>
}
