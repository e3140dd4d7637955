import type { OutgoingHttpHeaders } from 'node:http'

/** A header of a request that is not sent yet, whatever the case of its name. */
export function headerOf(
  headers: OutgoingHttpHeaders | undefined,
  name: string,
): string | undefined {
  const key = Object.keys(headers ?? {}).find((each) => each.toLowerCase() === name)
  const value = key === undefined ? undefined : headers?.[key]
  return value === undefined ? undefined : String(value)
}

/** Headers without those of some names. */
export function withoutHeaders(
  headers: OutgoingHttpHeaders | undefined,
  names: readonly string[],
): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers ?? {}).filter(([name]) => !names.includes(name.toLowerCase())),
  )
}

/** Where a request goes, as a URL: its host is what `Host` says, if that can be one. */
export function locationOf(
  target: string,
  secure: boolean,
  headers: OutgoingHttpHeaders | undefined,
): URL {
  const scheme = secure ? 'https' : 'http'
  const named = `${scheme}://${headerOf(headers, 'host') ?? 'localhost'}`
  const base = URL.canParse(named) ? named : `${scheme}://localhost`
  // Joined, not resolved: `//admin` is a path here, and no host.
  return new URL(target.startsWith('/') ? base + target : '/', base)
}
