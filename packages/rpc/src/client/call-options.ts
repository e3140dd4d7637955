import type { Metadata, MetadataInit } from '../status/metadata.ts'

/** How one call is made. */
export interface CallOptions {
  /**
   * Milliseconds from now until the call fails with `DEADLINE_EXCEEDED`. A call made while another is
   * answered never waits longer than that one's caller.
   *
   * @default none
   */
  readonly deadline?: number | undefined
  /** Cancels the call; it fails with `CANCELLED`. @default none */
  readonly signal?: AbortSignal | undefined
  /**
   * Header fields that are sent along: names with one or more values, bytes under a name ending in `-bin`.
   * One that gRPC does not carry fails the call, with `RPC_BAD_OPTION`.
   *
   * @default none
   */
  readonly metadata?: MetadataInit | undefined
  /**
   * What the call is about: with `balance: 'hash'`, calls of one key go to one server.
   *
   * @default none
   */
  readonly key?: string | undefined
  /**
   * Whether the call may be made twice.
   *
   * @default what the schema says: `option idempotency_level`
   */
  readonly idempotent?: boolean | undefined
  /**
   * Makes the call a second time, on another server where there is one, when no answer has come after so
   * many milliseconds; the first answer counts, and the other attempt is cancelled. Only for a unary call
   * that is idempotent, and within the budget of retries.
   *
   * @default never
   */
  readonly hedge?: number | undefined
  /** Hears the header fields of the answer. @default nobody hears */
  readonly onHeaders?: ((headers: Metadata) => void) | undefined
  /** Hears the trailers, when the call has ended in any way. @default nobody hears */
  readonly onTrailers?: ((trailers: Metadata) => void) | undefined
}
