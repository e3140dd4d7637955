import { RpcOptionError } from '../errors/option-error.ts'
import type { Fields } from '../wire/frame.ts'

/** Text, or bytes for a name that ends in `-bin`. */
export type MetadataValue = string | Uint8Array

/** What metadata can be made of. */
export type MetadataInit =
  | Metadata
  | Readonly<Record<string, MetadataValue | readonly MetadataValue[]>>
  | undefined

const NAME = /^[\da-z_.-]+$/
/** What gRPC lets through: printable ASCII. */
const TEXT = /^[ -~]*$/

/**
 * Header fields of a call, or trailers: names without case, each with one or more values.
 *
 * Names that begin with `grpc-` are the protocol's own and cannot be set; those ending in `-bin` hold bytes.
 *
 * @example new Metadata({ tenant: 'acme' }).append('tenant', 'other')
 */
export class Metadata implements Iterable<[name: string, value: MetadataValue]> {
  readonly #fields: Map<string, string[]>

  constructor(init?: MetadataInit) {
    this.#fields = new Map()
    if (init instanceof Metadata) {
      for (const [name, values] of init.#fields) this.#fields.set(name, [...values])
    } else if (init) {
      for (const [name, value] of Object.entries(init)) this.set(name, value)
    }
  }

  /** The metadata itself, or one made of what is given. */
  static from(init: MetadataInit): Metadata {
    return init instanceof Metadata ? init : new Metadata(init)
  }

  /** Metadata that has come over the wire, without what is the protocol's own. */
  static received(fields: Fields): Metadata {
    const metadata = new Metadata()
    for (const [name, values] of fields) {
      if (!isReserved(name) && values.length > 0) metadata.#fields.set(name, [...values])
    }
    return metadata
  }

  /** What the wire carries of it. */
  get fields(): Fields {
    return this.#fields
  }

  /** The first value of a name, of bytes as base64; nothing when there is none. */
  get(name: string): string | undefined {
    return this.#fields.get(name.toLowerCase())?.[0]
  }

  /** All values of a name, of bytes as base64; none is an empty list. */
  getAll(name: string): readonly string[] {
    return this.#fields.get(name.toLowerCase()) ?? []
  }

  /** The first value of a name that ends in `-bin`. */
  getBytes(name: string): Buffer | undefined {
    const value = this.get(name)
    return value === undefined ? undefined : Buffer.from(value, 'base64')
  }

  /** Whether a name was set, whatever its case. */
  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase())
  }

  /**
   * Replaces the values of a name.
   *
   * @throws {RpcOptionError} `RPC_BAD_OPTION` for a name or a value that gRPC does not carry.
   */
  set(name: string, value: MetadataValue | readonly MetadataValue[]): this {
    const key = checkedName(name)
    const values = isList(value) ? value : [value]
    this.#fields.set(
      key,
      values.map((each) => carried(key, each)),
    )
    return this
  }

  /**
   * Adds a value to those of a name.
   *
   * @throws {RpcOptionError} `RPC_BAD_OPTION` for a name or a value that gRPC does not carry.
   */
  append(name: string, value: MetadataValue): this {
    const key = checkedName(name)
    const values = this.#fields.get(key)
    if (values) values.push(carried(key, value))
    else this.#fields.set(key, [carried(key, value)])
    return this
  }

  /**
   * Takes a name out, with all its values.
   *
   * @returns whether it was there.
   */
  delete(name: string): boolean {
    return this.#fields.delete(name.toLowerCase())
  }

  *[Symbol.iterator](): Iterator<[name: string, value: MetadataValue]> {
    for (const [name, values] of this.#fields) {
      for (const value of values) {
        yield [name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value]
      }
    }
  }
}

function isList(
  value: MetadataValue | readonly MetadataValue[],
): value is readonly MetadataValue[] {
  return Array.isArray(value)
}

function isReserved(name: string): boolean {
  return name.startsWith('grpc-')
}

function checkedName(name: string): string {
  const key = name.toLowerCase()
  if (!NAME.test(key) || isReserved(key)) {
    throw new RpcOptionError('metadata', `Cannot use ${JSON.stringify(name)} as a metadata name`)
  }
  return key
}

/** Bytes are carried as base64 without padding, as gRPC has it. */
function carried(name: string, value: MetadataValue): string {
  if (typeof value !== 'string') {
    if (name.endsWith('-bin')) {
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
        .toString('base64')
        .replace(/=+$/, '')
    }
    throw new RpcOptionError('metadata', `Cannot set "${name}" to bytes: its name ends not in -bin`)
  }
  if (name.endsWith('-bin')) {
    throw new RpcOptionError('metadata', `Cannot set "${name}" to text: it holds bytes`)
  }
  if (!TEXT.test(value)) {
    throw new RpcOptionError('metadata', `Cannot set "${name}": its value is not printable ASCII`)
  }
  return value
}
