import { timeoutText } from '../channel/timeout.ts'
import { currentCall } from '../context/current-call.ts'
import { onAbort } from '../context/on-abort.ts'
import { RpcOptionError } from '../errors/option-error.ts'
import type { Fields, Status } from '../wire/frame.ts'
import type { CallOptions } from './call-options.ts'

const NO_FIELDS: Fields = new Map()

/** What is under way of a call. */
export interface Stoppable {
  stop: (status: Status) => void
}

/**
 * For how long a call is wanted: until its deadline, until a signal aborts, and no longer than the call
 * inside which it is made. Whatever of a call is under way stops when its scope does.
 */
export class CallScope {
  /** Why the call is no longer wanted. */
  stopped: Status | undefined
  /** By `performance.now()`. */
  readonly deadline: number | undefined
  readonly #own: Fields
  readonly #metadata: Fields
  readonly #trace: Fields
  #forget: (() => void)[] | undefined
  readonly #timer: NodeJS.Timeout | undefined
  #stoppable: Stoppable | undefined

  /**
   * @param own - header fields of every call of this client
   * @param metadata - those of this call, which may change until it begins
   */
  constructor(options: CallOptions, own: Fields, metadata: Fields) {
    const parent = currentCall()
    const deadline = Math.min(checkedDeadline(options.deadline), parent?.deadline ?? Infinity)
    this.#own = own
    this.#metadata = metadata
    this.#trace = parent?.trace ?? NO_FIELDS
    if (deadline !== Infinity) {
      this.deadline = deadline
      const left = Math.max(0, deadline - performance.now())
      this.#timer = setTimeout(
        () => this.#stop({ code: 'DEADLINE_EXCEEDED', details: 'The deadline has passed' }),
        Math.min(left, 2 ** 31 - 1),
      )
    }
    this.#listen(options.signal)
    this.#listen(parent?.signal)
  }

  /** The header fields that a call made now begins with. */
  get headers(): Fields {
    const isPlain = this.#own.size === 0 && this.#trace.size === 0
    if (this.deadline === undefined && isPlain) return this.#metadata
    const all = new Map([...this.#trace, ...this.#own, ...this.#metadata])
    if (this.deadline !== undefined) {
      all.set('grpc-timeout', [timeoutText(this.deadline - performance.now())])
    }
    return all
  }

  /** Says what to stop when the call is no longer wanted, which may be so already. */
  onStop(stoppable: Stoppable): void {
    this.#stoppable = stoppable
    if (this.stopped) stoppable.stop(this.stopped)
  }

  /** The caller itself has had enough. */
  cancel(): void {
    this.#stop({ code: 'CANCELLED', details: 'The call was cancelled' })
  }

  /** The call has ended. */
  end(): void {
    clearTimeout(this.#timer)
    if (this.#forget) for (const forget of this.#forget) forget()
    this.#stoppable = undefined
  }

  #listen(signal: AbortSignal | undefined): void {
    if (!signal) return
    if (signal.aborted) this.cancel()
    else (this.#forget ??= []).push(onAbort(signal, () => this.cancel()))
  }

  #stop(status: Status): void {
    if (this.stopped) return
    this.stopped = status
    this.#stoppable?.stop(status)
  }
}

function checkedDeadline(deadline: number | undefined): number {
  if (deadline === undefined) return Infinity
  if (typeof deadline === 'number' && deadline >= 0) return performance.now() + deadline
  throw new RpcOptionError(
    'deadline',
    `Cannot wait ${String(deadline)} ms: expected a number from 0`,
  )
}
