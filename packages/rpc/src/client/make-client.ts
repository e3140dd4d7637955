import { intercept, type Interceptor } from '../context/interceptor.ts'
import { checkTime, RpcOptionError } from '../errors/option-error.ts'
import {
  callerStreams,
  type Encoding,
  type Method,
  type Service,
  serverStreams,
  type ServiceShape,
} from '../schema/service.ts'
import { Metadata } from '../status/metadata.ts'
import { MessageStream } from '../streams/message-stream.ts'
import type { Fields } from '../wire/frame.ts'
import type { Acquire } from './acquire.ts'
import { CallWithResponses, FailedCall } from './call-many.ts'
import { callOne, type Made, manyRequests, oneRequest } from './call-one.ts'
import type { CallOptions } from './call-options.ts'
import { CallScope } from './call-scope.ts'
import type { Client } from './client.ts'
import { hedged } from './hedge.ts'
import { RetriedResponses } from './retried-responses.ts'
import type { Retries } from './retry.ts'

/** A call as an interceptor sees it. */
export interface ClientCall {
  /** `shop.Catalog/GetBook` */
  readonly path: string
  /** What is sent along; an interceptor may add to it before `next()`. */
  readonly metadata: Metadata
  /** When its caller stops waiting, by `performance.now()`; nothing when it waits for ever. */
  readonly deadline: number | undefined
}

/** What all calls of a client have in common. */
export interface ClientSetup {
  readonly acquire: Acquire
  readonly interceptors: readonly Interceptor<ClientCall>[]
  readonly encoding: Encoding
  readonly retries: Retries
  /** Milliseconds until a server may be tried again. */
  readonly pause: () => number
}

const AS_JSON: Fields = new Map([['content-type', ['application/grpc+json']]])
const NO_FIELDS: Fields = new Map()
const NO_OPTIONS: CallOptions = {}

/** Makes the functions that call a service. */
export function makeClient<Shape extends ServiceShape<Shape>>(
  service: Service<Shape>,
  setup: ClientSetup,
): Client<Shape> {
  const calls = [...service.methods.values()].map((method) => [
    method.name,
    serverStreams(method.kind) ? manyCaller(method, setup) : oneCaller(method, setup),
  ])
  // The methods of a service are those of its shape: both were written from one schema.
  return Object.freeze(Object.fromEntries(calls)) as Client<Shape>
}

type Caller<T> = (requests: object, options?: CallOptions) => T

function oneCaller(method: Method, setup: ClientSetup): Caller<Promise<unknown>> {
  return async (requests, options = NO_OPTIONS) => {
    const { made, scope, call } = prepare(method, setup, requests, options)
    const after = hedgeOf(method, options)
    // What failed at one server is tried at another.
    const tried = new Set<object>()
    const acquire: Acquire = (take, key) => setup.acquire(take, key, tried)
    const make = (): Promise<object> =>
      after === undefined
        ? callOne(made, acquire)
        : hedged(made, acquire, { after, allowed: () => setup.retries.take() })
    // Requests that were streamed are gone.
    const wait = { pause: setup.pause, stopped: () => scope.stopped !== undefined }
    const run = callerStreams(method.kind)
      ? make
      : () => setup.retries.around(idempotent(method, options), wait, make)
    try {
      return await (setup.interceptors.length === 0
        ? run()
        : intercept(setup.interceptors, call, run))
    } finally {
      scope.end()
    }
  }
}

function manyCaller(method: Method, setup: ClientSetup): Caller<AsyncIterableIterator<object>> {
  return (requests, options = NO_OPTIONS) => {
    let prepared: Prepared
    try {
      prepared = prepare(method, setup, requests, options)
    } catch (error) {
      return new MessageStream(new FailedCall(error))
    }
    const { made, scope, call } = prepared
    const { acquire, interceptors, retries } = setup
    // Requests that were streamed are gone, and interceptors would see a call twice.
    if (method.kind === 'serverStream' && interceptors.length === 0) {
      const tried = new Set<object>()
      const elsewhere: Acquire = (take, key) => acquire(take, key, tried)
      const wait = { pause: setup.pause, stopped: () => scope.stopped !== undefined }
      const again = { retries, idempotent: idempotent(method, options), wait }
      return new MessageStream(new RetriedResponses(made, scope, elsewhere, again))
    }
    const running = new CallWithResponses(made, scope)
    if (interceptors.length === 0) running.start(acquire)
    else running.startInside(acquire, (run) => intercept(interceptors, call, run))
    return new MessageStream(running)
  }
}

interface Prepared {
  readonly made: Made
  readonly scope: CallScope
  readonly call: ClientCall
}

function prepare(
  method: Method,
  { encoding, interceptors }: ClientSetup,
  requests: object,
  options: CallOptions,
): Prepared {
  const codec = method.request[encoding]
  const send = callerStreams(method.kind)
    ? manyRequests(requests as AsyncIterable<object>, codec)
    : oneRequest(codec, requests)
  const metadata =
    interceptors.length === 0 ? Metadata.from(options.metadata) : new Metadata(options.metadata)
  const own = encoding === 'json' ? AS_JSON : NO_FIELDS
  const scope = new CallScope(options, own, metadata.fields)
  const { path } = method
  return {
    made: { path, options, scope, response: method.response[encoding], send },
    scope,
    call: { path, metadata, deadline: scope.deadline },
  }
}

function idempotent(method: Method, options: CallOptions): boolean {
  return options.idempotent ?? method.idempotent
}

/** Milliseconds after which a call is made a second time beside the first; nothing for one that is not. */
function hedgeOf(method: Method, options: CallOptions): number | undefined {
  const { hedge } = options
  if (hedge === undefined) return undefined
  checkTime('hedge', hedge)
  if (method.kind === 'unary' && idempotent(method, options)) return hedge
  throw new RpcOptionError('hedge', `Cannot make "${method.path}" twice: it is not idempotent`)
}
