import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { Server } from 'node:tls'

const lookEvery = 5_000

/**
 * Has a TLS server (also https, http2) use new certificates as soon as they are in the files. Connections
 * that stand keep theirs; files that do not fit together are not taken, and `onError` is called.
 *
 * @returns ends the watch.
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
