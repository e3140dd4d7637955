import type { Vitals } from '../wire/messages.ts'

/** From when on a worker that lives is unfit: it is replaced, the successor first, one at a time. */
export interface RecycleLimits {
  /** A worker that is silent for so long is stuck, and is killed; milliseconds. @default 10_000 */
  readonly silence?: number | undefined
  /** Resident memory in bytes above which a worker is replaced gently. @default Infinity */
  readonly memory?: number | undefined
  /**
   * How late its event loop may be in three beats in a row, which come each second; milliseconds.
   *
   * @default Infinity
   */
  readonly loopDelay?: number | undefined
}

export interface Pulse {
  readonly lastBeat: number
  /** The newest last. */
  readonly beats: readonly Vitals[]
}

const beatsInARow = 3

export type Finding =
  | { readonly stuck: true; readonly reason: string }
  | { readonly stuck: false; readonly reason: string }

/** Whether a worker should go, and why. A loop that is late once is no reason: garbage is collected. */
export function examine(pulse: Pulse, limits: RecycleLimits, now: number): Finding | undefined {
  const silence = now - pulse.lastBeat
  if (silence > (limits.silence ?? 10_000))
    return { stuck: true, reason: `unresponsive for ${silence} ms` }
  const last = pulse.beats.at(-1)
  if (last && last.memory > (limits.memory ?? Infinity))
    return { stuck: false, reason: `memory ${last.memory} bytes` }
  const slow = pulse.beats.slice(-beatsInARow)
  const limit = limits.loopDelay ?? Infinity
  if (slow.length === beatsInARow && slow.every(({ loopDelay }) => loopDelay > limit))
    return { stuck: false, reason: `event loop late by ${Math.round(last?.loopDelay ?? 0)} ms` }
  return undefined
}
