import type { ServerResponse } from 'node:http'

/**
 * Sets the headers that came with a `writeHead(status, reason?, headers?)`, where the commit sees
 * them and can add to them; node would let them replace what was set, and with it our `Set-Cookie`.
 *
 * @returns what is left to be given to `writeHead` after the status.
 */
export function takeHeaders(res: ServerResponse, rest: readonly unknown[]): string[] {
  const [first, second] = rest
  if (typeof first === 'string') {
    setAll(res, second as GivenHeaders)
    return [first]
  }
  setAll(res, (second ?? first) as GivenHeaders)
  return []
}

type GivenHeaders = Record<string, string> | readonly unknown[] | undefined | null

function setAll(res: ServerResponse, headers: GivenHeaders): void {
  if (!headers) return
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value as string)
    return
  }
  // Pairs, or names and values in turn; a name may come twice.
  const isNested = Array.isArray(headers[0])
  const pairs = isNested ? (headers as Pair[]) : chunk(headers as string[])
  for (const [name] of pairs) res.removeHeader(name)
  for (const [name, value] of pairs) {
    // A new list, which node cannot push into, and on responses that have no `appendHeader`.
    const before = res.getHeader(name)
    if (before === undefined) res.setHeader(name, Array.isArray(value) ? [...value] : value)
    else res.setHeader(name, [before, value].flat() as string[])
  }
}

type Pair = [name: string, value: string | string[]]

function chunk(flat: readonly string[]): Pair[] {
  const pairs: Pair[] = []
  for (let at = 0; at < flat.length; at += 2)
    pairs.push([flat[at] as string, flat[at + 1] as string])
  return pairs
}
