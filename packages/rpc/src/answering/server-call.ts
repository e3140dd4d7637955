import type { Client } from '../client/client.ts'
import type { AnyService, Service, ServiceShape } from '../schema/service.ts'
import type { Metadata } from '../status/metadata.ts'

/** A call as its handler sees it. */
export interface ServerCall {
  /** `shop.Catalog/GetBook` */
  readonly path: string
  /** Where the caller is: its address and port, or nothing on a Unix socket. */
  readonly peer: string | undefined
  /** When the caller stops waiting, by `performance.now()`; nothing when it waits for ever. */
  readonly deadline: number | undefined
  /** Aborts when nobody waits for the answer any more: it was cancelled, is too late, or the caller is gone. */
  readonly signal: AbortSignal
  /** What the caller sent along. */
  readonly metadata: Metadata
  /** Header fields of the answer; they leave before its first message, or when sent. */
  readonly headers: Metadata
  /** What is said when the call ends. */
  readonly trailers: Metadata
  /**
   * Sends the header fields now.
   *
   * @throws {RpcOptionError} `RPC_BAD_OPTION` when they have gone.
   */
  sendHeaders: () => void
  /**
   * Calls a service of the caller, over the connection that this call came by. The client may be kept for
   * as long as the connection lives. A caller that came by gRPC cannot be called: `UNIMPLEMENTED`.
   */
  client: <Shape extends ServiceShape<Shape> = AnyService>(service: Service<Shape>) => Client<Shape>
}
