import { within } from '../context/current-call.ts'
import { intercept, type Interceptor } from '../context/interceptor.ts'
import { encodeLent } from '../schema/codec.ts'
import { callerStreams, type Encoding, type Method, serverStreams } from '../schema/service.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { Taker } from '../channel/message-receiver.ts'
import { type MessageSource, MessageStream } from '../streams/message-stream.ts'
import { sendAll, type SendAllEnded } from '../streams/send-all.ts'
import { AnsweredCall, type Caller } from './answered-call.ts'
import type { Incoming } from './incoming.ts'
import type { ServerCall } from './server-call.ts'

/** A handler whose types are known no more. */
export type AnyHandler = (request: unknown, call: ServerCall) => unknown

/** A method with what answers it. */
export interface Offer {
  readonly method: Method
  readonly handler: AnyHandler
  readonly interceptors: readonly Interceptor<ServerCall>[]
  /** Hears of what handlers throw and no caller is told. */
  readonly failed: (error: unknown, call: ServerCall) => void
}

/** Answers one call: reads what is asked, runs the handler inside its interceptors, sends what it gives. */
export function answerCall(incoming: Incoming, offer: Offer, caller: Caller): void {
  const call = new AnsweredCall(incoming, caller)
  const encoding = encodingOf(incoming)
  if (callerStreams(offer.method.kind)) {
    const requests = new MessageStream(new Requests(incoming, offer.method, encoding, call))
    run(requests, call, offer, encoding)
    return
  }
  takeOne(
    incoming,
    (bytes) => runOnOne(bytes, call, offer, encoding),
    (error) => {
      call.fail(error)
      call.release()
    },
  )
}

/** The one request of a call whose caller sends no more. */
function takeOne(
  incoming: Incoming,
  took: (bytes: Buffer) => void,
  failed: (error: RpcError) => void,
): void {
  incoming.take((bytes) => {
    if (bytes === undefined) {
      failed(new RpcError('INVALID_ARGUMENT', 'The call has no request'))
      return
    }
    incoming.take((second) => {
      if (second === undefined) took(bytes)
      else failed(new RpcError('INVALID_ARGUMENT', 'The call has more than one request'))
    })
  })
}

function runOnOne(bytes: Buffer, call: AnsweredCall, offer: Offer, encoding: Encoding): void {
  let request: unknown
  try {
    request = readRequest(bytes, offer.method, encoding)
  } catch (error) {
    call.fail(error)
    call.release()
    return
  }
  run(request, call, offer, encoding)
}

function run(request: unknown, call: AnsweredCall, offer: Offer, encoding: Encoding): void {
  if (call.stopped) call.release()
  else if (serverStreams(offer.method.kind)) runMany(request, call, offer, encoding)
  else void runForOne(request, call, offer, encoding)
}

/** Runs a handler of one response. */
async function runForOne(
  request: unknown,
  call: AnsweredCall,
  offer: Offer,
  encoding: Encoding,
): Promise<void> {
  const { method, handler, interceptors } = offer
  try {
    const response = await within(call, () =>
      interceptors.length === 0
        ? handler(request, call)
        : intercept(interceptors, call, async () => handler(request, call)),
    )
    call.send(method.response[encoding].encode(response as object), () => call.succeed())
    call.release()
  } catch (error) {
    fail(error, call, offer)
  }
}

/** Runs a handler of many responses. Without interceptors nothing but the stream itself waits for its end. */
function runMany(request: unknown, call: AnsweredCall, offer: Offer, encoding: Encoding): void {
  const ended: SendAllEnded = (failure) => {
    if (failure) {
      fail(failure.error, call, offer)
      return
    }
    call.succeed()
    call.release()
  }
  const { interceptors } = offer
  if (interceptors.length === 0) {
    within(call, () => sendMany(request, call, offer, encoding, ended))
    return
  }
  const sent = (): Promise<void> =>
    new Promise((resolve, reject) => {
      sendMany(request, call, offer, encoding, (failure) =>
        failure ? reject(failure.error) : resolve(),
      )
    })
  within(call, () => intercept(interceptors, call, sent)).then(
    () => ended(undefined),
    (error: unknown) => ended({ error }),
  )
}

/** Sends what a handler of many responses gives. */
function sendMany(
  request: unknown,
  call: AnsweredCall,
  { method, handler }: Offer,
  encoding: Encoding,
  ended: SendAllEnded,
): void {
  try {
    const given = handler(request, call) as AsyncIterable<object>
    sendAll(given, encodeLent(method.response[encoding]), call, (failure) =>
      ended(failure ?? (call.stopped && { error: call.stopped })),
    )
  } catch (error) {
    ended({ error })
  }
}

/** Ends a call with what its handler threw. */
function fail(error: unknown, call: AnsweredCall, offer: Offer): void {
  // What is thrown because nobody waits any more is no news.
  if (!(error instanceof RpcError) && !call.stopped) offer.failed(error, call)
  call.fail(error)
  call.release()
}

/** The requests of a call whose caller sends many. */
class Requests implements MessageSource<object> {
  readonly #incoming: Incoming
  readonly #method: Method
  readonly #encoding: Encoding
  readonly #call: AnsweredCall

  constructor(incoming: Incoming, method: Method, encoding: Encoding, call: AnsweredCall) {
    this.#incoming = incoming
    this.#method = method
    this.#encoding = encoding
    this.#call = call
  }

  take(taker: Taker): void {
    this.#incoming.take(taker)
  }

  decode(bytes: Buffer): object {
    return readRequest(bytes, this.#method, this.#encoding)
  }

  async finished(): Promise<void> {
    if (this.#call.stopped) throw this.#call.stopped
  }

  abandon(): void {
    // What still comes waits in its window, and goes when the handler has ended.
  }
}

/** gRPC's answer to a request that cannot be read is INTERNAL: sender and receiver differ in their schema. */
function readRequest(bytes: Buffer, method: Method, encoding: Encoding): object {
  try {
    return method.request[encoding].decode(bytes)
  } catch (cause) {
    throw new RpcError('INTERNAL', 'The request cannot be read', { cause })
  }
}

function encodingOf(incoming: Incoming): Encoding {
  const type = incoming.headers.get('content-type')?.at(-1)
  return type?.endsWith('+json') ? 'json' : 'protobuf'
}
