import { within } from '../context/current-call.ts'
import { intercept, type Interceptor } from '../context/interceptor.ts'
import { callerStreams, type Encoding, type Method, serverStreams } from '../schema/service.ts'
import { RpcError } from '../status/rpc-error.ts'
import { MessageStream } from '../streams/message-stream.ts'
import { sendAll } from '../streams/send-all.ts'
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
    const requests = requestsOf(incoming, offer.method, encoding, call)
    void run(requests, call, offer, encoding)
    return
  }
  takeOne(
    incoming,
    (bytes) => void runOnOne(bytes, call, offer, encoding),
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

async function runOnOne(
  bytes: Buffer,
  call: AnsweredCall,
  offer: Offer,
  encoding: Encoding,
): Promise<void> {
  let request: unknown
  try {
    request = readRequest(bytes, offer.method, encoding)
  } catch (error) {
    call.fail(error)
    call.release()
    return
  }
  await run(request, call, offer, encoding)
}

async function run(
  request: unknown,
  call: AnsweredCall,
  offer: Offer,
  encoding: Encoding,
): Promise<void> {
  if (call.stopped) {
    call.release()
    return
  }
  const { method, handler, interceptors } = offer
  const respond = (): unknown => {
    const given = handler(request, call)
    return serverStreams(method.kind) ? sendStream(given, method, encoding, call) : given
  }
  try {
    const response = await within(call, () =>
      interceptors.length === 0 ? respond() : intercept(interceptors, call, async () => respond()),
    )
    if (!serverStreams(method.kind)) sendOne(response, method, encoding, call)
    else call.succeed()
  } catch (error) {
    // What is thrown because nobody waits any more is no news.
    if (!(error instanceof RpcError) && !call.stopped) offer.failed(error, call)
    call.fail(error)
  } finally {
    call.release()
  }
}

function sendOne(response: unknown, method: Method, encoding: Encoding, call: AnsweredCall): void {
  call.send(method.response[encoding].encode(response as object), () => call.succeed())
}

async function sendStream(
  given: unknown,
  method: Method,
  encoding: Encoding,
  call: AnsweredCall,
): Promise<void> {
  const codec = method.response[encoding]
  await sendAll(given as AsyncIterable<object>, codec.encode, call, (stop) => call.onStop(stop))
  if (call.stopped) throw call.stopped
}

function requestsOf(
  incoming: Incoming,
  method: Method,
  encoding: Encoding,
  call: AnsweredCall,
): AsyncIterable<object> {
  return new MessageStream({
    take: (taker) => incoming.take(taker),
    decode: (bytes) => readRequest(bytes, method, encoding),
    finished: async () => {
      if (call.stopped) throw call.stopped
    },
    abandon: () => {},
  })
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
