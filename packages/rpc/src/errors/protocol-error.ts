/** The other side of a connection broke the protocol or one of its bounds: the connection ends. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code = 'RPC_PROTOCOL'
  readonly status = 400
  readonly expose = false

  constructor(reason: string) {
    super(`Cannot go on with this connection: ${reason}`)
  }
}
