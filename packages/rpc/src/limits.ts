import { RpcOptionError } from './errors/option-error.ts'
import { LONG_CHUNK_BYTES } from './wire/frame.ts'

/** Every bound of a connection. Each is finite; raise what you need. */
export interface Limits {
  /**
   * The largest message, in bytes.
   *
   * @default 4_194_304 (gRPC's)
   */
  readonly messageBytes: number
  /**
   * The largest header fields, or trailers, of a call in bytes.
   *
   * @default 16_384
   */
  readonly metadataBytes: number
  /**
   * The longest frame. At least 132 KiB more than `metadataBytes`.
   *
   * @default 262_144
   */
  readonly frameBytes: number
  /**
   * Calls that the other side may have open at once on a connection. One that was cancelled counts until
   * its handler has ended.
   *
   * @default 1000
   */
  readonly streams: number
  /**
   * Bytes of messages that may wait for the application on a stream, before the other side has to.
   *
   * @default 65_536
   */
  readonly windowBytes: number
  /**
   * Bytes by which the windows of a connection's streams may grow in all. One that is read as fast as it
   * fills is doubled, up to 16 times `windowBytes`.
   *
   * @default 16_777_216
   */
  readonly growthBytes: number
  /**
   * Messages without content that may wait for the application on a stream: no window counts them.
   *
   * @default 1024
   */
  readonly emptyMessages: number
  /**
   * Bytes of the messages on a connection that are larger than a window and being put together.
   *
   * @default 33_554_432
   */
  readonly assembledBytes: number
  /**
   * Bytes that may wait for a peer which does not read; beyond it the connection is closed.
   *
   * @default 16_777_216
   */
  readonly unsentBytes: number
  /**
   * How long a new connection may take until it speaks, in milliseconds.
   *
   * @default 10_000
   */
  readonly handshakeTime: number
}

/** The bounds where none are given. */
export const defaultLimits: Limits = Object.freeze({
  messageBytes: 4_194_304,
  metadataBytes: 16_384,
  frameBytes: 262_144,
  streams: 1000,
  windowBytes: 65_536,
  growthBytes: 16_777_216,
  emptyMessages: 1024,
  assembledBytes: 33_554_432,
  unsentBytes: 16_777_216,
  handshakeTime: 10_000,
})

/** Room in a frame for a chunk, or a method's name, and what encloses them. */
const FRAME_ROOM = LONG_CHUNK_BYTES + 4096
/** The longest delay of a timer, and what fits into the wire's 32 bits. */
const LARGEST = 2 ** 31 - 1

/** Some of the bounds; undefined leaves one as it is. */
export type GivenLimits = { readonly [Name in keyof Limits]?: number | undefined }

/**
 * The bounds with what was given in place of the defaults.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for a bound that there is not, or a value that is none.
 */
export function limitsOf(given: GivenLimits = {}): Limits {
  const limits: { -readonly [Name in keyof Limits]: number } = { ...defaultLimits }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultLimits, name)) {
      throw new RpcOptionError(`limits.${name}`, `There is no limit "${name}"`)
    }
    if (value === undefined) continue
    if (!Number.isInteger(value) || value < 1 || value > LARGEST) {
      throw new RpcOptionError(
        `limits.${name}`,
        `Cannot limit ${name} to ${String(value)}: expected a whole number from 1 to ${LARGEST}`,
      )
    }
    limits[name as keyof Limits] = value
  }
  if (limits.frameBytes < limits.metadataBytes + FRAME_ROOM) {
    throw new RpcOptionError(
      'limits.frameBytes',
      `Cannot limit frames to ${limits.frameBytes} bytes: they must hold metadata of ${limits.metadataBytes} and ${FRAME_ROOM} more`,
    )
  }
  if (limits.frameBytes > 0xff_ffff) {
    throw new RpcOptionError('limits.frameBytes', 'Cannot read frames of 16 MiB and more')
  }
  if (limits.assembledBytes < limits.messageBytes) {
    throw new RpcOptionError(
      'limits.assembledBytes',
      `Cannot put messages together in ${limits.assembledBytes} bytes: one may take ${limits.messageBytes}`,
    )
  }
  return limits
}
