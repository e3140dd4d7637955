import { StoreUnavailableError } from '../session/errors.ts'
import type { MemcachedCommands } from './commands.ts'

/**
 * A client of memjs, as far as it is used here. Its own `get` and `set` leave out what a value can be exchanged
 * by, so requests are written here, and carried by the client: its servers, retries and timeouts.
 */
export interface MemjsClient {
  /** The number of the last request. */
  readonly seq: number
  /** Takes the next number. */
  incrSeq(): void
  /** Carries a request to the server of a key. */
  perform(
    key: string,
    request: Buffer,
    seq: number,
    callback: (error: Error | null, response: MemjsResponse | null) => void,
  ): void
}

/** What memjs makes of a response. */
export interface MemjsResponse {
  /** Its fixed part; `cas` names the state of the value. */
  readonly header: { readonly status: number; readonly cas: Buffer }
  /** The value. */
  readonly val: Buffer
}

// The binary protocol: https://github.com/memcached/memcached/wiki/BinaryProtocolRevamped
const OPERATION = { get: 0x00, set: 0x01, delete: 0x04 }
const STATUS = { done: 0x00, unknown: 0x01 }
const REQUEST = 0x80
const HEADER_SIZE = 24

export function commandsOfMemjs(client: MemjsClient): MemcachedCommands {
  const ask = (operation: number, key: string, extras?: Buffer, text?: string, cas?: Buffer) =>
    new Promise<MemjsResponse>((resolve, reject) => {
      client.incrSeq()
      const { seq } = client
      client.perform(
        key,
        request(operation, key, seq, extras, text, cas),
        seq,
        (error, response) => {
          if (response) resolve(response)
          else reject(error)
        },
      )
    })
  const set = async (key: string, text: string, expiry: number, cas?: Buffer) => {
    const extras = Buffer.alloc(8) // flags, then the expiry
    extras.writeUInt32BE(expiry, 4)
    const { header } = await ask(OPERATION.set, key, extras, text, cas)
    return header.status === STATUS.done
  }
  return {
    namespaceSize: 0,
    async get(key) {
      const { header, val } = await ask(OPERATION.get, key)
      if (header.status === STATUS.unknown) return undefined
      if (header.status !== STATUS.done) throw refused('get', header.status)
      return { text: val.toString(), cas: Buffer.from(header.cas) }
    },
    set: (key, text, expiry) => set(key, text, expiry),
    exchange: (key, text, expiry, cas) => set(key, text, expiry, cas as Buffer),
    async remove(key) {
      const { header } = await ask(OPERATION.delete, key)
      if (header.status !== STATUS.done && header.status !== STATUS.unknown) {
        throw refused('destroy', header.status)
      }
    },
  }
}

function refused(operation: string, status: number): Error {
  return new StoreUnavailableError(operation, `refused (status ${status})`)
}

function request(
  operation: number,
  key: string,
  seq: number,
  extras: Buffer = Buffer.alloc(0),
  text = '',
  cas?: Buffer,
): Buffer {
  const body = [extras, Buffer.from(key), Buffer.from(text)]
  const header = Buffer.alloc(HEADER_SIZE)
  header.writeUInt8(REQUEST, 0)
  header.writeUInt8(operation, 1)
  header.writeUInt16BE(Buffer.byteLength(key), 2)
  header.writeUInt8(extras.length, 4)
  header.writeUInt32BE(
    body.reduce((size, part) => size + part.length, 0),
    8,
  )
  header.writeUInt32BE(seq >>> 0, 12)
  cas?.copy(header, 16)
  return Buffer.concat([header, ...body])
}
