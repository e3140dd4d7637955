import type { OutgoingCall } from '../channel/outgoing-call.ts'
import { RpcError } from '../status/rpc-error.ts'
import { MessageStream } from '../streams/message-stream.ts'
import type { Acquire } from './acquire.ts'
import { Attempt } from './attempt.ts'
import type { Made } from './call-one.ts'

/** A call that has many responses, while it runs. */
export class CallWithResponses {
  readonly #made: Made
  readonly #begun: Promise<OutgoingCall | undefined>
  #begin!: (call: OutgoingCall | undefined) => void
  #attempt: Attempt | undefined
  #fault: RpcError | undefined

  constructor(made: Made) {
    this.#made = made
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve
    })
  }

  /** Makes the call; resolves when it has ended well. */
  async run(acquire: Acquire): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#attempt = new Attempt(this.#made.options, this.#made.scope, {
        begun: (call) => {
          this.#begin(call)
          this.#made.send(call, (error) => this.#fail(error))
        },
        ended: (error) => {
          const reason = this.#fault ?? error
          if (reason) reject(reason)
          else resolve()
        },
      })
      this.#attempt.start(acquire, this.#made.path)
    })
  }

  /**
   * The responses; the last of them comes when `ended` has settled.
   *
   * @param ended - what `run` gave, perhaps by way of interceptors
   */
  responses(ended: Promise<unknown>): MessageStream<object> {
    // Whoever does not ask for the messages does not ask for the error.
    ended.then(
      () => this.#begin(undefined),
      () => this.#begin(undefined),
    )
    return new MessageStream<object>({
      take: (taker) => {
        void this.#begun.then((call) => (call ? call.take(taker) : taker(undefined)))
      },
      decode: (bytes) => this.#decode(bytes),
      finished: async () => void (await ended),
      abandon: () => this.#made.scope.cancel(),
    })
  }

  #decode(bytes: Buffer): object {
    try {
      return this.#made.response.decode(bytes)
    } catch (cause) {
      const error = new RpcError('INTERNAL', 'The response cannot be read', { cause })
      this.#fail(error)
      throw error
    }
  }

  #fail(error: RpcError): void {
    this.#fault ??= error
    this.#attempt?.fail({ code: error.code, details: error.details })
  }
}
