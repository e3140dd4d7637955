import type { Duplex } from 'node:stream'

/** A way for the frames of a connection other than a socket. */
export interface Carrier {
  /** How it is called in errors; no two that one client knows have the same. */
  readonly name: string
  /**
   * Opens it. What is written at one end is read at the other; its end and its errors are those of the
   * connection.
   */
  open: () => Duplex
  /**
   * Whether calls go both ways over it, or only from whoever connects.
   *
   * @default both ways
   */
  readonly oneWay?: boolean | undefined
}
