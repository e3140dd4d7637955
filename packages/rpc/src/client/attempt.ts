import { AsyncResource } from 'node:async_hooks'

import type { Report } from '../addressing/peer.ts'
import type { Callable, CallObserver, MadeCall } from '../channel/callable.ts'
import { Metadata } from '../status/metadata.ts'
import { RpcError } from '../status/rpc-error.ts'
import type { Fields, Status } from '../wire/frame.ts'
import type { Acquire } from './acquire.ts'
import type { CallOptions } from './call-options.ts'
import type { CallScope } from './call-scope.ts'

const NO_FIELDS: Fields = new Map()

type MetadataListener = (metadata: Metadata) => void

/** How long an attempt is wanted, and what it begins with. */
export type AttemptScope = Pick<CallScope, 'headers' | 'onStop'>

/** What an attempt tells of itself. */
export interface AttemptObserver {
  /** The call has begun, on a connection. */
  begun: (call: MadeCall) => void
  /** It has ended: well, or with what the caller shall hear. */
  ended: (error: RpcError | undefined) => void
}

/** One try to make a call: gets a connection, begins the call, ends when its scope does. */
export class Attempt implements CallObserver {
  readonly #key: string | undefined
  readonly #onHeaders: MetadataListener | undefined
  readonly #onTrailers: MetadataListener | undefined
  readonly #scope: AttemptScope
  readonly #observer: AttemptObserver
  #call: MadeCall | undefined
  #report: Report | undefined
  #hasEnded = false

  constructor(options: CallOptions, scope: AttemptScope, observer: AttemptObserver) {
    this.#key = options.key
    this.#onHeaders = options.onHeaders && AsyncResource.bind(options.onHeaders)
    this.#onTrailers = options.onTrailers && AsyncResource.bind(options.onTrailers)
    this.#scope = scope
    this.#observer = observer
  }

  /** @param acquire - gives the connection that the call goes over */
  start(acquire: Acquire, path: string): void {
    this.#scope.onStop(this)
    if (this.#hasEnded) return
    acquire((error, connection, report) => {
      if (this.#hasEnded) {
        report?.(unwanted())
        return
      }
      this.#report = report
      if (error) this.#end(error)
      else this.#begin(connection!, path)
    }, this.#key)
  }

  headers(headers: Fields): void {
    this.#tell(this.#onHeaders, headers)
  }

  ended(status: Status, trailers: Fields, reached: boolean): void {
    this.#tell(this.#onTrailers, trailers)
    this.#end(status.code === 'OK' ? undefined : errorOf(status, trailers, reached))
  }

  /** Gives the call up: it is no longer wanted, or something is wrong with it. */
  stop(status: Status): void {
    if (this.#call) this.#call.cancel(status)
    else this.#end(errorOf(status, NO_FIELDS, false))
  }

  #begin(connection: Callable, path: string): void {
    try {
      this.#call = connection.call(path, this.#scope.headers, this)
    } catch (error) {
      this.#end(error as RpcError)
      return
    }
    this.#observer.begun(this.#call)
  }

  /** What the application does with it is not the connection's affair, not even when it throws. */
  #tell(listener: MetadataListener | undefined, fields: Fields): void {
    if (listener) queueMicrotask(() => listener(Metadata.received(fields)))
  }

  #end(error: RpcError | undefined): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#report?.(error)
    this.#observer.ended(error)
  }
}

function errorOf({ code, details }: Status, trailers: Fields, reached: boolean): RpcError {
  const metadata = Metadata.received(trailers)
  return new RpcError(code === 'OK' ? 'UNKNOWN' : code, details, { metadata, reached })
}

/** How a call ends that nobody wanted any more before it began. */
function unwanted(): RpcError {
  return new RpcError('CANCELLED', 'The call was cancelled', { reached: false })
}
