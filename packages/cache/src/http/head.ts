import type { ServerResponse } from 'node:http'

/** A status and the headers that go with it, in order; names as they were sent. */
export interface Head {
  readonly status: number
  readonly headers: readonly Field[]
}

/** A field that was sent once, or the values of one that was sent several times. */
type Field = readonly [name: string, value: string | readonly string[]]

/** What node keeps of a head that has left: its text, or for HTTP/2 the fields that the stream was given. */
interface Sent {
  readonly _header?: unknown
  readonly stream?: { readonly sentHeaders?: Fields }
}

type Fields = Readonly<Record<string, string | number | readonly string[] | undefined>>

/**
 * The head as it has left, after every middleware had its say; `undefined` while it has not left.
 *
 * What `getHeaders()` says is not enough: headers given to `writeHead` are not always among them.
 */
export function sentHead(res: ServerResponse): Head | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- the name of node's own field
  const { _header: text, stream } = res as Sent
  const headers =
    typeof text === 'string'
      ? fieldsOfText(text)
      : stream?.sentHeaders && fieldsOf(stream.sentHeaders)
  return headers && { status: res.statusCode, headers }
}

function fieldsOfText(text: string): Field[] {
  const values = new Map<string, string[]>()
  for (const line of text.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    if (colon === -1) continue
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()]
    const before = values.get(name)
    if (before) before.push(value)
    else values.set(name, [value])
  }
  return [...values].map(([name, all]) => [name, all.length === 1 ? all[0]! : all])
}

function fieldsOf(sent: Fields): Field[] {
  return Object.entries(sent).flatMap(([name, value]) => {
    if (name.startsWith(':') || value === undefined) return []
    return [[name, Array.isArray(value) ? value.map(String) : String(value)] as const]
  })
}

/** All values of a field as one list, or `undefined` when it was not sent. */
export function fieldOf({ headers }: Head, name: string): string | undefined {
  const values = headers
    .filter(([each]) => each.toLowerCase() === name)
    .flatMap(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** How old an answer was when it came, in milliseconds: by the first value of Age, if that is one (RFC 9111 §5.1). */
export function ageOf(head: Head): number {
  const [first = ''] = (fieldOf(head, 'age') ?? '').split(',')
  return /^\d+$/.test(first.trim()) ? Number(first) * 1000 : 0
}
