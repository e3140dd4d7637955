import { RpcOptionError } from '../errors/option-error.ts'

/** Where a server listens: a host and a port, or a Unix socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string }

/**
 * Reads `host:port`, `[::1]:port` or `unix:/path`.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for any other text.
 */
export function parseAddress(text: string): Address {
  if (text.startsWith('unix:') && text.length > 5) return { path: text.slice(5) }
  const [, bracketed, plain, digits] =
    /^(?:\[([\da-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new RpcOptionError(
      'address',
      `Cannot connect to ${JSON.stringify(text)}: expected host:port or unix:/path`,
    )
  }
  return { host, port }
}

/** An address as it is written. */
export function addressText(address: Address): string {
  if ('path' in address) return `unix:${address.path}`
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `${host}:${address.port}`
}
