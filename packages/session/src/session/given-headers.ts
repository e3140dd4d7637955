import type { ServerResponse } from 'node:http'

/**
 * Sets the headers that came with a `writeHead(status, reason?, headers?)`, where hooks see them and
 * can add to them; node would let them replace what was set, and with it our `Set-Cookie`.
 *
 * @returns what is left to be given to `writeHead` after the status.
 */
export function takeHeaders(res: ServerResponse, rest: readonly unknown[]): string[] {
  const [first, second] = rest
  if (typeof first !== 'string') {
    setAll(res, first as GivenHeaders)
    return []
  }
  setAll(res, second as GivenHeaders)
  return [first]
}

/** Makes `writeHead` of a response take its headers that way. */
export function takeHeadersFirst(res: ServerResponse): void {
  const taking = res as TakingResponse
  taking[ORIGINAL] = (res as unknown as { writeHead: WriteHead }).writeHead
  Object.assign(res, { writeHead: writeHeadTaking })
}

const ORIGINAL = Symbol('writeHead as it was')

type WriteHead = (this: ServerResponse, status: number, ...rest: unknown[]) => unknown

interface TakingResponse extends ServerResponse {
  [ORIGINAL]: WriteHead
}

function writeHeadTaking(this: TakingResponse, status: number, ...rest: unknown[]): unknown {
  const left = rest.length === 0 || this.headersSent ? rest : takeHeaders(this, rest)
  return this[ORIGINAL](status, ...left)
}

type GivenHeaders = Record<string, string> | readonly unknown[] | undefined | null

function setAll(res: ServerResponse, headers: GivenHeaders): void {
  if (!headers) return
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) res.setHeader(name, value as string)
    }
    return
  }
  // Pairs, or names and values in turn; a name may come twice.
  const flat = headers.flat() as string[]
  const isNested = Array.isArray(headers[0])
  const pairs = isNested ? (headers as [string, string][]) : chunk(flat)
  for (const [name] of pairs) res.removeHeader(name)
  for (const [name, value] of pairs) res.appendHeader(name, value)
}

function chunk(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < flat.length; at += 2)
    pairs.push([flat[at] as string, flat[at + 1] as string])
  return pairs
}
