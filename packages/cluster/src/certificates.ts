import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { SecureContextOptions, Server } from 'node:tls'

const lookEvery = 5_000

/**
 * What a context has besides its key and certificate. `setSecureContext` takes what it is not told as
 * node's default: a server that trusts one CA of its own would let in the clients of any public one.
 */
const kept = [
  'allowPartialTrustChain',
  'ca',
  'ciphers',
  'clientCertEngine',
  'crl',
  'dhparam',
  'ecdhCurve',
  'honorCipherOrder',
  'maxVersion',
  'minVersion',
  'passphrase',
  'secureOptions',
  'secureProtocol',
  'sessionIdContext',
  'sessionTimeout',
  'sigalgs',
] as const

/**
 * Has a TLS server (also https, http2) use new certificates once they are in the files. Connections that
 * stand keep theirs; files that do not fit together are not taken, and `onError` is called.
 *
 * All else that the server was made with (`ca`, `crl`, `ciphers`, `minVersion`, `passphrase` …) and its
 * ticket keys stay; a key and certificate given as `pfx` are replaced, too.
 *
 * @param files - the paths of two PEM files.
 * @param interval - how often they are looked at; milliseconds. @default 5_000
 * @returns ends the watch.
 * @example watchCertificates(server, { key: 'key.pem', cert: 'cert.pem' }, console.error)
 */
export function watchCertificates(
  server: Pick<Server, 'setSecureContext' | 'getTicketKeys'>,
  files: { readonly key: string; readonly cert: string },
  onError: (error: unknown) => void = () => {},
  interval: number = lookEvery,
): () => void {
  const renew = (): void => {
    try {
      server.setSecureContext({
        ...contextOf(server),
        ticketKeys: server.getTicketKeys(),
        key: readFileSync(files.key),
        cert: readFileSync(files.cert),
      })
    } catch (error) {
      onError(error) // the two files are written one after the other: the next look finds both
    }
  }
  for (const file of [files.key, files.cert])
    watchFile(file, { interval, persistent: false }, renew)
  return () => {
    for (const file of [files.key, files.cert]) unwatchFile(file, renew)
  }
}

/** What a server of node keeps, on itself, of the options that its context was made with. */
function contextOf(server: object): SecureContextOptions {
  const options: SecureContextOptions & { allowPartialTrustChain?: boolean } = server
  return Object.fromEntries(kept.map((name) => [name, options[name]]))
}
