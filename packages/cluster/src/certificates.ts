import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { Server } from 'node:tls'

const lookEvery = 5_000

/**
 * Has a TLS server (also https, http2) use new certificates once they are in the files. Connections that
 * stand keep theirs; files that do not fit together are not taken, and `onError` is called.
 *
 * The new context knows the key and the certificate alone: what else the server was made with for it
 * (`ca`, `ciphers`, `minVersion` …) is node's default from then on.
 *
 * @param files - the paths of two PEM files.
 * @param interval - how often they are looked at; milliseconds. @default 5_000
 * @returns ends the watch.
 * @example watchCertificates(server, { key: 'key.pem', cert: 'cert.pem' }, console.error)
 */
export function watchCertificates(
  server: Pick<Server, 'setSecureContext'>,
  files: { readonly key: string; readonly cert: string },
  onError: (error: unknown) => void = () => {},
  interval: number = lookEvery,
): () => void {
  const renew = (): void => {
    try {
      server.setSecureContext({ key: readFileSync(files.key), cert: readFileSync(files.cert) })
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
