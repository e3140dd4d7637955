import type { MadeCall } from '../channel/callable.ts'
import { type Codec, encodeLent } from '../schema/codec.ts'
import { RpcError, type RpcErrorOptions } from '../status/rpc-error.ts'
import { type Failure, type MessageOwner, sendAll } from '../streams/send-all.ts'
import type { Outgoing } from '../wire/outgoing.ts'
import type { Acquire } from './acquire.ts'
import { Attempt, type AttemptScope } from './attempt.ts'
import type { CallOptions } from './call-options.ts'

/** Sends the request, or the requests, of a call that has begun. */
export type SendRequests = (call: MadeCall, caller: Caller) => void

/** Whoever makes a call. */
interface Caller {
  /** Gives the call up: something is wrong with what was sent or has come. */
  fail: (error: RpcError) => void
}

/** A call as it is made once: everything but the choice of the connection. */
export interface Made {
  readonly path: string
  readonly options: CallOptions
  readonly scope: AttemptScope
  readonly response: Codec<object>
  readonly send: SendRequests
}

/**
 * Sends one request and says that there is no other.
 *
 * @throws {RpcError} `INVALID_ARGUMENT` when its schema does not take it: nothing is sent.
 */
export function oneRequest<T>({ encode }: Codec<T>, message: T): SendRequests {
  const bytes = encoded(encode, message, { reached: false })
  return (call) => call.send(bytes, () => call.halfClose())
}

/**
 * Sends what an iterable gives, as fast as the server takes it. What the iterable throws ends the call, and
 * so does a request that its schema does not take.
 */
export function manyRequests<T>(
  messages: AsyncIterable<T> | Iterable<T>,
  codec: Codec<T>,
): SendRequests {
  return (call, caller) => {
    const requests = new Requests(codec, call, caller)
    try {
      sendAll(messages, requests, call)
    } catch (error) {
      requests.ended({ error })
    }
  }
}

/** The requests of a call on their way. */
class Requests<T> implements MessageOwner<T> {
  readonly #codec: Codec<T>
  readonly #call: MadeCall
  readonly #caller: Caller
  #misfit: RpcError | undefined

  constructor(codec: Codec<T>, call: MadeCall, caller: Caller) {
    this.#codec = codec
    this.#call = call
    this.#caller = caller
  }

  encode(message: T): Outgoing {
    try {
      return encoded(encodeLent(this.#codec), message)
    } catch (error) {
      this.#misfit = error as RpcError
      throw error
    }
  }

  ended(failure: Failure | undefined): void {
    if (!failure) this.#call.halfClose()
    else {
      const { error: cause } = failure
      this.#caller.fail(
        this.#misfit ?? new RpcError('CANCELLED', 'The requests broke off', { cause }),
      )
    }
  }
}

/** A request that its schema does not take is the caller's mistake. */
function encoded<T>(
  encode: (message: T) => Outgoing,
  request: T,
  known: RpcErrorOptions = {},
): Outgoing {
  try {
    return encode(request)
  } catch (cause) {
    const reason = cause instanceof Error ? `: ${cause.message}` : ''
    throw new RpcError('INVALID_ARGUMENT', `Cannot send the request${reason}`, { ...known, cause })
  }
}

/** Makes a call that has one response. */
export function callOne(made: Made, acquire: Acquire): Promise<object> {
  return new Promise((resolve, reject) => {
    let response: object | undefined
    let own: RpcError | undefined
    const fail = (error: RpcError): void => {
      own ??= error
      attempt.stop({ code: error.code, details: error.details })
    }
    const attempt = new Attempt(made.options, made.scope, {
      begun(call) {
        made.send(call, { fail })
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
