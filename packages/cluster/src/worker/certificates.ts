import { readFileSync } from 'node:fs'
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
  const read = () => ({
    key: readFileSync(files.key, 'utf8'),
    cert: readFileSync(files.cert, 'utf8'),
  })
  // Read now: a watch of node's begins with a look of its own later, and misses what changes until then.
  let seen: ReturnType<typeof read> | undefined
  let isAbsent = false
  const look = (): boolean => {
    const before = seen
    try {
      seen = read()
      isAbsent = false
    } catch (error) {
      if (!isAbsent) onError(error)
      isAbsent = true
    }
    return before?.key !== seen?.key || before?.cert !== seen?.cert
  }
  const renew = (): void => {
    if (!look()) return
    try {
      server.setSecureContext({
        ...contextOf(server),
        ticketKeys: server.getTicketKeys(),
        ...seen,
      })
    } catch (error) {
      onError(error) // the two files are written one after the other: a later look finds both
    }
  }
  look()
  const timer = setInterval(renew, interval).unref()
  return () => clearInterval(timer)
}

/** What a server of node keeps, on itself, of the options that its context was made with. */
function contextOf(server: object): SecureContextOptions {
  const options: SecureContextOptions & { allowPartialTrustChain?: boolean } = server
  return Object.fromEntries(kept.map((name) => [name, options[name]]))
}
