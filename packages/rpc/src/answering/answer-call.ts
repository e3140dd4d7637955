import { within } from '../context/current-call.ts'
import { intercept, type Interceptor } from '../context/interceptor.ts'
import { encodeLent } from '../schema/codec.ts'
import { callerStreams, type Encoding, type Method, serverStreams } from '../schema/service.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { Taker } from '../channel/message-receiver.ts'
import { type MessageSource, MessageStream } from '../streams/message-stream.ts'
import { type Failure, type MessageOwner, sendAll } from '../streams/send-all.ts'
import type { Outgoing } from '../wire/outgoing.ts'
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
  const { interceptors } = offer
  if (interceptors.length === 0) {
    within(call, () => new Responses(call, offer, encoding).send(request))
    return
  }
  const sent = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const ended: ResponsesEnded = (failure) => (failure ? reject(failure.error) : resolve())
      new Responses(call, offer, encoding, ended).send(request)
    })
  within(call, () => intercept(interceptors, call, sent)).then(
    () => succeed(call),
    (error: unknown) => fail(error, call, offer),
  )
}

type ResponsesEnded = (failure: Failure | undefined) => void

/** What a handler of many responses gives, on its way. */
class Responses implements MessageOwner<object> {
  readonly #call: AnsweredCall
  readonly #offer: Offer
  readonly #encoding: Encoding
  readonly #ended: ResponsesEnded | undefined

  /** @param ended - ends the call, in place of the responses themselves */
  constructor(call: AnsweredCall, offer: Offer, encoding: Encoding, ended?: ResponsesEnded) {
    this.#call = call
    this.#offer = offer
    this.#encoding = encoding
    this.#ended = ended
  }

  /** Runs the handler. */
  send(request: unknown): void {
    try {
      const given = this.#offer.handler(request, this.#call) as AsyncIterable<object>
      sendAll(given, this, this.#call)
    } catch (error) {
      this.ended({ error })
    }
  }

  encode(message: object): Outgoing {
    return encodeLent(this.#offer.method.response[this.#encoding])(message)
  }

  ended(failure: Failure | undefined): void {
    const { stopped } = this.#call
    const reason = failure ?? (stopped && { error: stopped })
    if (this.#ended) this.#ended(reason)
    else if (reason) fail(reason.error, this.#call, this.#offer)
    else succeed(this.#call)
  }
}

function succeed(call: AnsweredCall): void {
  call.succeed()
  call.release()
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
