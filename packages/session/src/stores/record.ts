import { createHash, randomBytes } from 'node:crypto'
import type { CookieData } from '../session/cookie.ts'
import type { StoredSession, Version } from '../session/session-store.ts'

// How a session stands in a store of texts: the JSON that express-session's stores write, so that they read
// ours and we read theirs while an app moves from one to the other. Ours begins with a stamp, in a place
// where express-session drops what it does not know:
//
//   {"cookie":{"v":"<version, 20><size of the cookie, 6 hex digits><j or s>",…},…data}
//
// The place is fixed, so that a script in the store's server compares versions, and puts another cookie in
// front of the same data, without knowing JSON. `j` is followed by the data; `s` by one field, `text`, in which
// a serializer of the app's has written the session.

/** What each record of ours begins with. */
const START = '{"cookie":{"v":"'
const VERSION_SIZE = 20
const STAMP_SIZE = VERSION_SIZE + 7
const COOKIE_START = '{"cookie":'.length

/** Turns sessions into text and back, in place of JSON; as connect-redis has it. */
export interface Serializer {
  /** Gives the text of a session. */
  stringify(session: StoredSession): string
  /** Gives the session of a text that `stringify` made; throws for any other. */
  parse(text: string): StoredSession | Promise<StoredSession>
}

/** A session as text, and its version. */
export interface Written {
  readonly text: string
  readonly version: string
}

/** What was read of a session. */
export interface Read {
  readonly session: StoredSession
  readonly version: Version
  /** The data as JSON, where the record has it. */
  readonly json: string | undefined
}

/** Writes and reads the records of one store. */
export class Records {
  readonly #serializers: readonly Serializer[]
  /** Another in each store of each process. */
  readonly #origin = randomBytes(9).toString('base64url')
  #count = 0

  /** @param serializers - the first writes, all read; without any, JSON does. */
  constructor(serializers: readonly Serializer[] = []) {
    this.#serializers = serializers
  }

  /** @param json - of the session's data, where it is known. */
  write(session: StoredSession, json?: string): Written {
    const version = this.#origin + (this.#count++).toString(36).padStart(8, '0')
    const [serializer] = this.#serializers
    const { cookie: _, ...data } = session
    const body =
      serializer === undefined
        ? (json ?? JSON.stringify(data))
        : JSON.stringify({ text: serializer.stringify(session) })
    const head = headOf(version, serializer === undefined ? 'j' : 's', cookieFields(session))
    return { text: head + (body === '{}' ? '}' : `,${body.slice(1)}`), version }
  }

  /** @throws what the last of the serializers threw, when none can read the record. */
  read(text: string): Read | Promise<Read> {
    const version = versionOf(text)
    if (isForeign(version)) {
      return then(this.#parse(text), (session) => ({ session, version, json: undefined }))
    }
    const record = JSON.parse(text) as StoredSession & { readonly text: string }
    const { v: stamp, ...cookie } = record.cookie as CookieData & { v: string }
    if (stamp.endsWith('j')) {
      record.cookie = cookie
      return { session: record, version, json: dataOf(text, stamp) }
    }
    return then(this.#parse(record.text), (session) => {
      session.cookie = cookie
      return { session, version, json: undefined }
    })
  }

  /** What another serializer wrote, or JSON: whichever reads it. */
  #parse(text: string): StoredSession | Promise<StoredSession> {
    if (this.#serializers.length === 0) return JSON.parse(text) as StoredSession
    return firstToParse([...this.#serializers, JSON], text)
  }
}

/** The version of a record. */
export function versionOf(text: string): string {
  return text.startsWith(START)
    ? text.slice(START.length, START.length + VERSION_SIZE)
    : FOREIGN + createHash('sha1').update(text).digest('hex')
}

/** The same data under the same version, with the cookie of a session in front; a record that is not ours as it is. */
export function withCookie(text: string, session: StoredSession): string {
  if (!text.startsWith(START)) return text
  const stamp = text.slice(START.length, START.length + STAMP_SIZE)
  const rest = text.slice(COOKIE_START + cookieSizeIn(stamp))
  return headOf(versionOf(text), stamp.slice(-1), cookieFields(session)) + rest
}

/** The fields of a session's cookie, each with a comma in front; in ASCII, so that bytes are characters. */
export function cookieFields(session: StoredSession): string {
  const json = JSON.stringify(session.cookie ?? {})
  const fields = json === '{}' ? '' : `,${json.slice(1, -1)}`
  return fields.replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What the record of a session in this version begins with; a digest where the record is not ours. */
export function beginningOf(version: Version): string {
  return isForeign(version) ? String(version) : START + String(version)
}

/** Where things stand in a record, for scripts that count from 1. */
export const PLACES = {
  start: START,
  /** Bytes up to the end of the version. */
  beginning: START.length + VERSION_SIZE,
  cookie: COOKIE_START,
  size: START.length + VERSION_SIZE + 1,
  kind: START.length + STAMP_SIZE,
}

/** Marks the version of a record that is not ours: the digest of its text. */
export const FOREIGN = '~'

/** Whether the record of this version is not ours. */
export function isForeign(version: Version): boolean {
  return String(version).startsWith(FOREIGN)
}

/** A record up to the end of its cookie. */
function headOf(version: string, kind: string, fields: string): string {
  const size = START.length - COOKIE_START + STAMP_SIZE + 1 + fields.length + 1
  return `${START}${version}${size.toString(16).padStart(6, '0')}${kind}"${fields}}`
}

function cookieSizeIn(stamp: string): number {
  return Number.parseInt(stamp.slice(VERSION_SIZE, -1), 16)
}

function dataOf(text: string, stamp: string): string {
  const rest = text.slice(COOKIE_START + cookieSizeIn(stamp))
  return rest === '}' ? '{}' : `{${rest.slice(1)}`
}

async function firstToParse(parsers: readonly Serializer[], text: string): Promise<StoredSession> {
  let failure: unknown
  for (const parser of parsers) {
    try {
      return await parser.parse(text)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function then<T, R>(value: T | Promise<T>, goOn: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value)
}
