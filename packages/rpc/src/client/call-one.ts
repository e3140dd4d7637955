import type { OutgoingCall } from '../channel/outgoing-call.ts'
import type { Codec } from '../schema/codec.ts'
import { RpcError } from '../status/rpc-error.ts'
import { sendAll } from '../streams/send-all.ts'
import type { Acquire } from './acquire.ts'
import { Attempt } from './attempt.ts'
import type { CallOptions } from './call-options.ts'
import type { CallScope } from './call-scope.ts'

/** Sends the request, or the requests, of a call that has begun. */
export type SendRequests = (call: OutgoingCall, failed: (error: RpcError) => void) => void

/** A call as it is made once: everything but the choice of the connection. */
export interface Made {
  readonly path: string
  readonly options: CallOptions
  readonly scope: CallScope
  readonly response: Codec<object>
  readonly send: SendRequests
}

/** Sends one request and says that there is no other. */
export function oneRequest(bytes: Uint8Array): SendRequests {
  return (call) => call.send(bytes, () => call.halfClose())
}

/** Sends what an iterable gives, as fast as the server takes it. What the iterable throws ends the call. */
export function manyRequests<T>(
  messages: AsyncIterable<T> | Iterable<T>,
  codec: Codec<T>,
): SendRequests {
  return (call, failed) => {
    sendAll(messages, codec.encode, call, (stop) => call.onEnd(stop)).then(
      () => call.halfClose(),
      (cause: unknown) => failed(new RpcError('CANCELLED', 'The requests broke off', { cause })),
    )
  }
}

/** Makes a call that has one response. */
export function callOne(made: Made, acquire: Acquire): Promise<object> {
  return new Promise((resolve, reject) => {
    let response: object | undefined
    let own: RpcError | undefined
    const fail = (error: RpcError): void => {
      own ??= error
      attempt.fail({ code: error.code, details: error.details })
    }
    const attempt = new Attempt(made.options, made.scope, {
      begun(call) {
        made.send(call, fail)
        call.take((bytes) => {
          if (bytes === undefined) return
          try {
            response = made.response.decode(bytes)
          } catch (cause) {
            fail(new RpcError('INTERNAL', 'The response cannot be read', { cause }))
            return
          }
          call.take((second) => {
            if (second) fail(new RpcError('INTERNAL', 'The server sent more than one response'))
          })
        })
      },
      ended(error) {
        if (own) reject(own)
        else if (error) reject(error)
        else if (response) resolve(response)
        else reject(new RpcError('INTERNAL', 'The server sent no response'))
      },
    })
    attempt.start(acquire, made.path)
  })
}
