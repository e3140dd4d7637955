import type { Codec } from './codec.ts'

/** A message of a service whose types were not written down. */
export type Message = Record<string, unknown>

/** Whether either side of a call sends one message or a stream of them. */
export type MethodKind = 'unary' | 'clientStream' | 'serverStream' | 'bidiStream'

/** The type of a method: its kind and its messages. */
export interface MethodShape<
  Kind extends MethodKind = MethodKind,
  Request = Message,
  Response = Message,
> {
  readonly kind: Kind
  readonly request: Request
  readonly response: Response
}

/** One request, one response. */
export type Unary<Request, Response> = MethodShape<'unary', Request, Response>
/** Many requests, one response. */
export type ClientStream<Request, Response> = MethodShape<'clientStream', Request, Response>
/** One request, many responses. */
export type ServerStream<Request, Response> = MethodShape<'serverStream', Request, Response>
/** Many of both. */
export type BidiStream<Request, Response> = MethodShape<'bidiStream', Request, Response>

/** The type of a service: its methods by the names they are called by. */
export type ServiceShape<Shape> = {
  readonly [Name in keyof Shape]: MethodShape<MethodKind, unknown, unknown>
}

/** What is known of a service whose types were not written down. */
export type AnyService = Record<string, MethodShape>

/** How messages are written: `protobuf`, or `json` to be read by people. */
export type Encoding = 'protobuf' | 'json'

/** A method as a schema describes it. */
export interface Method {
  /** As it is called here: `getBook`. */
  readonly name: string
  /** As the wire has it: `shop.Catalog/GetBook`. */
  readonly path: string
  /** Which of its two sides sends a stream of messages. */
  readonly kind: MethodKind
  /** Whether a second call does no more than the first: `option idempotency_level`. */
  readonly idempotent: boolean
  /** Turns requests into bytes and back, for each encoding. Both ways may throw. */
  readonly request: Readonly<Record<Encoding, Codec<object>>>
  /** Turns responses into bytes and back, for each encoding. Both ways may throw. */
  readonly response: Readonly<Record<Encoding, Codec<object>>>
}

/** A service of a schema: what a server offers, and what a client calls. */
export interface Service<Shape extends ServiceShape<Shape> = AnyService> {
  /** `shop.Catalog` */
  readonly name: string
  /** By the names they are called by. */
  readonly methods: ReadonlyMap<string, Method>
  /** Never there: carries the types. */
  readonly shape?: Shape | undefined
}

/** Whether the caller sends many messages. */
export function callerStreams(kind: MethodKind): boolean {
  return kind === 'clientStream' || kind === 'bidiStream'
}

/** Whether the server sends many messages. */
export function serverStreams(kind: MethodKind): boolean {
  return kind === 'serverStream' || kind === 'bidiStream'
}
