/** How a tunnel is opened. */
export interface GrpcTunnelOptions {
  /**
   * Makes the connection a TLS one; each is PEM text. Without `ca` the usual authorities are trusted.
   *
   * @default no TLS
   */
  readonly tls?:
    | {
        readonly ca?: string | undefined
        readonly key?: string | undefined
        readonly cert?: string | undefined
      }
    | undefined
}
