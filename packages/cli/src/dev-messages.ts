import type { Report } from './report/report.ts'

/** Where a server listens, in the words of `server.listen`. */
export interface Address {
  readonly port?: number
  readonly host?: string
  readonly path?: string
  readonly fd?: number
  readonly backlog?: number
  readonly ipv6Only?: boolean
}

/** What prevented a server from listening, as far as it can be sent. */
export interface ListenFailure {
  readonly message: string
  readonly code?: string
  readonly errno?: number
  readonly syscall?: string
  readonly address?: string
  readonly port?: number
}

/** What a server proves by who it is, over TLS. */
export interface Identity {
  /** PEM. */
  readonly key?: readonly string[]
  /** PEM. */
  readonly cert?: readonly string[]
  /** In base64. */
  readonly pfx?: string
  readonly passphrase?: string
}

/** What the command says to the process of the application. */
export type ToApplication =
  /** `listener` has been opened, or `failure` says why not. */
  | {
      readonly type: 'listening'
      readonly id: number
      readonly listener?: number
      readonly address?: Address
      readonly failure?: ListenFailure
    }
  /** A connection, whose handle comes along. */
  | { readonly type: 'connection'; readonly id: number; readonly listener: number }
  /** Files were saved that open pages show; `isStyle` when style sheets alone were. */
  | { readonly type: 'changed'; readonly isStyle: boolean }
  /** Give back what rests, finish what is under way, and say `left`. */
  | { readonly type: 'leave' }

/** What the process of the application says to the command. */
export type ToCommand =
  /** Open a socket. `index` tells servers apart that ask for the same address. */
  | {
      readonly type: 'listen'
      readonly id: number
      readonly address: Address
      readonly index: number
      readonly secure: boolean
      /** Of a secure one, where it can be told. */
      readonly identity?: Identity
    }
  | { readonly type: 'unlisten'; readonly listener: number }
  /** The connection has arrived; `accepted` when there was a server for it. */
  | { readonly type: 'took'; readonly id: number; readonly accepted: boolean }
  /** A connection at rest, whose handle comes along. */
  | { readonly type: 'back'; readonly listener: number }
  | { readonly type: 'left' }
  /** The process is about to end because of an error; `report` is for the page. */
  | { readonly type: 'failed'; readonly report: Report }

/** All messages of ours stand under this name, apart from those of the application. */
export const envelope = 'tokkyu dev'
