import type { ServerResponse } from 'node:http'

/** A status and the headers that go with it, in order; names as they were sent. */
export interface Head {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/**
 * The head as it has left, after every middleware had its say; `undefined` while it has not left.
 *
 * What `getHeaders()` says is not enough: headers given to `writeHead` are not always among them.
 */
export function sentHead(res: ServerResponse): Head | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- node keeps the text of the head in this field
  const text = (res as { _header?: string | null })._header
  if (!text) return undefined
  const lines = text.split('\r\n').slice(1)
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const]
  })
  return { status: res.statusCode, headers }
}

/** All values of a field as one list, or `undefined` when it was not sent. */
export function fieldOf({ headers }: Head, name: string): string | undefined {
  const values = headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}
