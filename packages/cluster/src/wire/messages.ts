import type { SharedCall, SharedNews } from './shared-calls.ts'

/** Where to listen: a port and perhaps a host, the path of a unix socket, or a socket that is open. */
export interface Address {
  readonly port?: number
  readonly host?: string
  readonly ipv6Only?: boolean
  readonly backlog?: number
  readonly path?: string
  readonly fd?: number
}

/** What a worker tells about itself, with each beat of its heart. */
export interface Vitals {
  /** How many requests its servers were asked since its process was started. */
  readonly requests: number
  /** How many connections it holds. */
  readonly connections: number
  /**
   * The 99th percentile of the time from a request to the end of its answer, for answers that ended
   * since the last beat; milliseconds. Of several servers it is the worst one's.
   */
  readonly p99: number
  /** The longest the event loop was late since the last beat; milliseconds. */
  readonly loopDelay: number
  /** Resident memory; bytes. */
  readonly memory: number
}

export type ToSupervisor =
  | { readonly type: 'beat'; readonly vitals: Vitals }
  | {
      readonly type: 'listen'
      readonly id: number
      readonly address: Address
      readonly index: number
    }
  | { readonly type: 'unlisten'; readonly listener: number }
  | { readonly type: 'ready' }
  | { readonly type: 'took'; readonly id: number; readonly accepted: boolean }
  | { readonly type: 'load'; readonly connections: number }
  | { readonly type: 'failing'; readonly reason: string }
  | { readonly type: 'leave'; readonly reason: string }
  | { readonly type: 'drained' }
  | { readonly type: 'shared'; readonly id: number; readonly call: SharedCall }
  | { readonly type: 'gather'; readonly id: number }
  | { readonly type: 'metrics'; readonly id: number; readonly metrics: unknown }

export type ToWorker =
  | {
      readonly type: 'listening'
      readonly id: number
      readonly listener?: number
      readonly address?: Address
      /** The negative number that libuv gave. */
      readonly error?: number
    }
  | {
      readonly type: 'connection'
      readonly id: number
      readonly listener: number
      readonly head?: string
    }
  | { readonly type: 'unready' }
  | { readonly type: 'drain'; readonly grace: number; readonly linger: number }
  | { readonly type: 'exit' }
  | { readonly type: 'reopen' }
  | {
      readonly type: 'answer'
      readonly id: number
      readonly value?: unknown
      /** The shared state has no room: why. */
      readonly full?: string
    }
  | { readonly type: 'news'; readonly news: SharedNews }
  | { readonly type: 'measure'; readonly id: number }

/** The message of ours; nothing for the app's own, which travels beside it without this key. */
export function opened(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'tokkyu' in message
    ? message.tokkyu
    : undefined
}
