import type { Carrier } from '../carriers/carrier.ts'
import { RpcOptionError } from '../errors/option-error.ts'

const GRPC = 'grpc://'

/** Where a server is: at a host and a port, on a Unix socket, or at the other end of a carrier. */
export type Address =
  | {
      readonly host: string
      readonly port: number
      /** Whether it speaks gRPC, and not the channel. Needs the package `@grpc/grpc-js`. */
      readonly grpc?: boolean | undefined
    }
  | { readonly path: string }
  | Carrier

/**
 * Reads `host:port`, `[::1]:port`, either of them behind `grpc://`, or `unix:/path`.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for any other text.
 */
export function parseAddress(text: string): Address {
  if (text.startsWith('unix:') && text.length > 5) return { path: text.slice(5) }
  const grpc = text.startsWith(GRPC)
  const start = grpc ? GRPC.length : 0
  const [, bracketed, plain, digits] =
    /^(?:\[([\da-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(text.slice(start)) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new RpcOptionError(
      'address',
      `Cannot connect to ${JSON.stringify(text)}: expected host:port, grpc://host:port or unix:/path`,
    )
  }
  return { host, port, ...(grpc && { grpc }) }
}

/** An address as it is written. */
export function addressText(address: Address): string {
  if ('open' in address) return address.name
  if ('path' in address) return `unix:${address.path}`
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `${address.grpc ? GRPC : ''}${host}:${address.port}`
}

/**
 * Checks a port that a client connects to.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` when there is no such port.
 */
export function checkPort(port: unknown): void {
  if (Number.isInteger(port) && (port as number) >= 1 && (port as number) <= 65_535) return
  throw new RpcOptionError('port', `Cannot connect to port ${String(port)}`)
}
