import type { Server } from 'node:net'

import type { Identity } from '../dev-messages.ts'

/** What `tls.Server` keeps of its options; it is not documented, and may not be there. */
interface Proving {
  readonly key?: unknown
  readonly cert?: unknown
  readonly pfx?: unknown
  readonly passphrase?: unknown
}

/**
 * How a server of TLS proves who it is, so that the command can tell browsers in its place why it does not run.
 *
 * @returns undefined where one name has several keys in forms of their own, or only callbacks know.
 */
export function identityOf(server: Server): Identity | undefined {
  const { key, cert, pfx, passphrase } = server as Server & Proving
  const secret = typeof passphrase === 'string' ? { passphrase } : {}
  if (pfx instanceof Uint8Array) return { pfx: Buffer.from(pfx).toString('base64'), ...secret }
  const [keys, certificates] = [textsOf(key), textsOf(cert)]
  return keys && certificates && { key: keys, cert: certificates, ...secret }
}

function textsOf(value: unknown): string[] | undefined {
  const texts = [value].flat().map((each) => {
    if (each instanceof Uint8Array) return Buffer.from(each).toString()
    return typeof each === 'string' ? each : undefined
  })
  return texts.every((text) => text !== undefined) ? texts : undefined
}
