import type { Attack, AttackClass, Expectation, Feature, Step } from '../attack.ts'

/** The next answer on this connection has come. */
export const ANSWERED: Step = { waitFor: 'answer' }
/** What follows goes over another connection. */
export const RECONNECTED: Step = { waitFor: 'new connection' }

/** Latin-1 text as it goes over the wire: each line with its CRLF, then an empty one. */
export const ask = (...lines: readonly string[]): string => [...lines, '', ''].join('\r\n')

/** A GET that closes the connection after its answer. */
export const get = (path: string, ...fields: readonly string[]): string =>
  ask(`GET ${path} HTTP/1.1`, 'Host: a.test', 'Connection: close', ...fields)

/** A POST with exactly these fields. */
export const post = (path: string, fields: readonly string[], body = ''): string =>
  ask(`POST ${path} HTTP/1.1`, 'Host: a.test', ...fields) + body

/** A POST with a body of this type, its length told truly. */
export const send = (path: string, type: string, body: string, ...fields: string[]): string =>
  post(
    path,
    [`Content-Type: ${type}`, `Content-Length: ${body.length}`, 'Connection: close', ...fields],
    body,
  )

/** The UTF-8 bytes of a text, as the Latin-1 text that a conversation is written in. */
export const utf8 = (text: string): string => Buffer.from(text).toString('latin1')

/** What all attacks of a list have in common. */
interface Common {
  readonly rule: string
  readonly expect: Expectation
  readonly within?: number
  readonly needs?: Feature
  readonly anywhere?: true
  readonly clients?: number
}

/** An attack as a line of a list: its id, what it is, what is sent, and what differs from the list. */
export type Line = readonly [
  id: string,
  name: string,
  steps: string | readonly Step[],
  own?: Partial<Common>,
]

/** Attacks that stand on one rule, or mostly do. */
export function attacks(kind: AttackClass, common: Common, lines: readonly Line[]): Attack[] {
  return lines.map(([id, name, steps, own]) => ({
    ...common,
    ...own,
    id: `${kind}/${id}`,
    class: kind,
    name,
    steps: typeof steps === 'string' ? [steps] : steps,
  }))
}
