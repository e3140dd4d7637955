import type { Duplex } from 'node:stream'

import { ProtocolError } from '../errors/protocol-error.ts'
import type { Limits } from '../limits.ts'
import { RpcError } from '../status/rpc-error.ts'
import { FrameReader } from '../wire/frame-reader.ts'
import { CHUNK_BYTES, LONG_CHUNK_BYTES } from '../wire/frame.ts'
import type {
  AnswerFrame,
  CallerFrame,
  CarrierFrame,
  Fields,
  FrameSink,
  SettingsFrame,
  Status,
} from '../wire/frame.ts'
import type { Callable, CallObserver, MadeCall } from './callable.ts'
import type { IncomingCall } from './incoming-call.ts'
import { Keepalive, type KeepaliveOptions } from './keepalive.ts'
import { OpenCalls, REVISION } from './open-calls.ts'
import { Outbox } from './outbox.ts'

/** How long a connection that ends may take to send its last frames, in milliseconds. */
const LAST_WORDS_TIME = 1000
const PING = Buffer.from('keepaliv')
const OK: Status = { code: 'OK', details: '' }
/** How a connection is kept. */
export interface ConnectionOptions {
  readonly limits: Limits
  readonly keepalive: KeepaliveOptions
  /**
   * Whether this side only calls or only answers, where the carrier has no way for the other.
   *
   * @default both
   */
  readonly only?: 'calls' | 'answers' | undefined
}

/** Who hears of a connection. */
export interface ConnectionObserver {
  /** The other side has called. */
  accept: (call: IncomingCall) => void
  /** The other side has said what it speaks: calls can be made. */
  ready: () => void
  /** No new call can be made. */
  draining: () => void
  /** Nothing is left. */
  closed: (error: Error) => void
}

/**
 * Both ends of a socket's life as a channel: calls of either side, many at once, each answered when it is.
 *
 * Each side begins with its settings, and waits with calls for the other's.
 */
export class Connection implements Callable, FrameSink {
  readonly #socket: Duplex
  readonly #observer: ConnectionObserver
  readonly #outbox: Outbox
  readonly #reader: FrameReader
  readonly #keepalive: Keepalive
  readonly #calls: OpenCalls
  readonly #only: ConnectionOptions['only']
  readonly #handshake: NodeJS.Timeout | undefined
  #settings: SettingsFrame | undefined
  #bytesRead = 0
  #pong: Buffer | undefined
  #state: 'open' | 'draining' | 'ending' | 'closed' = 'open'
  #cause: Error | undefined

  constructor(
    socket: Duplex,
    { limits, keepalive, only }: ConnectionOptions,
    observer: ConnectionObserver,
  ) {
    this.#only = only
    this.#socket = socket
    this.#observer = observer
    // The published tunnel has parts of no more than 16 KiB.
    const longest = only === undefined ? LONG_CHUNK_BYTES : CHUNK_BYTES
    this.#outbox = new Outbox(socket, longest, limits.unsentBytes, () =>
      this.#giveUp(new ProtocolError(`more than ${limits.unsentBytes} bytes wait to be read`)),
    )
    this.#reader = new FrameReader(limits, this)
    this.#calls = new OpenCalls(this.#outbox, limits, {
      accept: observer.accept,
      ended: () => this.#endIfIdle(),
    })
    if (only !== 'answers') {
      this.#handshake = setTimeout(
        () => this.#fail(new ProtocolError(`nothing was said for ${limits.handshakeTime} ms`)),
        limits.handshakeTime,
      )
    }
    this.#keepalive = new Keepalive(this.#asPinged(), keepalive)
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('error', (error: Error) => {
      this.#cause ??= error
    })
    socket.on('close', () => this.#closed())
    if (only === 'calls') return
    this.#outbox.frames.settings(limits.windowBytes)
    this.#outbox.flush()
  }

  /** Whether a call can be made now. */
  get isReady(): boolean {
    return this.#settings !== undefined && this.#state === 'open'
  }

  /** Calls that this side has made and that have not ended. */
  get pending(): number {
    return this.#calls.pending
  }

  /**
   * Begins a call.
   *
   * @throws {RpcError} `UNAVAILABLE` when the connection takes no more, `UNIMPLEMENTED` when it takes none.
   */
  call(method: string, headers: Fields, observer: CallObserver): MadeCall {
    if (this.#only === 'answers') {
      throw new RpcError('UNIMPLEMENTED', 'The caller cannot be called', { reached: false })
    }
    const settings = this.#settings
    if (!settings || this.#state !== 'open') {
      throw new RpcError('UNAVAILABLE', 'The connection takes no more calls', { reached: false })
    }
    return this.#calls.make(method, headers, settings.window, observer)
  }

  /** Takes no more calls, and ends when those have ended that run: of both sides. */
  drain(): void {
    if (this.#state !== 'open') return
    this.#state = 'draining'
    this.#calls.takeNoMore()
    this.#outbox.frames.goAway(this.#calls.lastIncoming, OK)
    this.#outbox.touch()
    this.#observer.draining()
    this.#endIfIdle()
  }

  /** Ends at once; calls that run are lost. */
  destroy(reason: string): void {
    this.#end({ code: 'UNAVAILABLE', details: reason }, new RpcError('UNAVAILABLE', reason))
  }

  fromCaller(frame: CallerFrame): void {
    this.#calls.fromCaller(frame)
  }

  fromAnswerer(frame: AnswerFrame): void {
    if (frame.kind === 'settings') this.#settle(frame)
    else this.#calls.fromAnswerer(frame)
  }

  fromCarrier(frame: CarrierFrame): void {
    if (frame.kind === 'ping') this.#owePong(frame.payload)
    else if (frame.kind === 'goAway') this.#leave(frame.lastStream, frame.status)
  }

  #settle(frame: SettingsFrame): void {
    if (this.#settings) throw new ProtocolError('settings come twice')
    if (!frame.revisions.includes(REVISION)) {
      throw new ProtocolError(`revision ${REVISION} of grpctunnel.v1 is not spoken`)
    }
    clearTimeout(this.#handshake)
    this.#settings = frame
    this.#observer.ready()
  }

  /** A flood of pings is answered by one pong a tick: whoever asked last hears. */
  #owePong(payload: Buffer): void {
    if (this.#pong === undefined) {
      setImmediate(() => {
        if (this.#pong) this.#outbox.frames.pong(this.#pong)
        this.#pong = undefined
        this.#outbox.touch()
      })
    }
    this.#pong = payload
  }

  /** The other side takes no calls above one, or is about to close. */
  #leave(lastStream: number, status: Status): void {
    if (status.code !== 'OK') {
      this.#giveUp(new RpcError(status.code, status.details))
      return
    }
    if (this.#state === 'open') {
      this.#state = 'draining'
      this.#observer.draining()
    }
    this.#calls.loseAbove(lastStream)
    this.#endIfIdle()
  }

  #endIfIdle(): void {
    if (this.#state !== 'draining' || !this.#calls.areNone) return
    this.#state = 'ending'
    this.#outbox.end()
    this.#destroyLater()
  }

  #read(bytes: Buffer): void {
    this.#bytesRead += bytes.length
    if (this.#state === 'ending' || this.#state === 'closed') return
    try {
      this.#reader.push(bytes)
    } catch (error) {
      this.#fail(error instanceof Error ? error : new ProtocolError(String(error)))
    }
  }

  #fail(error: Error): void {
    // What is wrong here is nobody's business but ours, unless the other side is to blame.
    const details = error instanceof ProtocolError ? error.message : 'The connection has failed'
    this.#end({ code: 'INTERNAL', details }, error)
  }

  #end(status: Status, error: Error): void {
    if (this.#state === 'ending' || this.#state === 'closed') return
    this.#state = 'ending'
    this.#cause ??= error
    this.#outbox.frames.goAway(this.#calls.lastIncoming, status)
    this.#outbox.end()
    this.#destroyLater()
    this.#loseAll()
  }

  #destroyLater(): void {
    setTimeout(() => this.#socket.destroy(), LAST_WORDS_TIME).unref()
  }

  /** Ends without a word: nobody would hear it. */
  #giveUp(cause: Error): void {
    this.#cause ??= cause
    this.#socket.destroy()
  }

  #closed(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    clearTimeout(this.#handshake)
    this.#keepalive.stop()
    this.#outbox.stop()
    this.#loseAll()
    this.#observer.closed(this.#cause ?? new RpcError('UNAVAILABLE', 'The connection was closed'))
  }

  #loseAll(): void {
    const reason = this.#cause ? `: ${this.#cause.message}` : ''
    this.#calls.loseAll({ code: 'UNAVAILABLE', details: `The connection was lost${reason}` })
  }

  #asPinged(): ConstructorParameters<typeof Keepalive>[0] {
    // eslint-disable-next-line typescript/no-this-alias
    const connection = this
    return {
      get bytesRead() {
        return connection.#bytesRead
      },
      ping: () => {
        connection.#outbox.frames.ping(PING)
        connection.#outbox.touch()
      },
      dead: () =>
        connection.#giveUp(new RpcError('UNAVAILABLE', 'The other side no longer answers')),
    }
  }
}
