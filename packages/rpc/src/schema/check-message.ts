import { inspect } from 'node:util'

import protobuf from 'protobufjs'

import { RpcOptionError } from '../errors/option-error.ts'

/** What a field takes: without this a text in place of a number would be sent as 0, and nobody would know. */
interface Check {
  readonly name: string
  readonly path: string
  readonly holds: 'one' | 'list' | 'map'
  readonly fits: (value: unknown) => boolean
  readonly expected: string
  /** The type of a message inside the message. */
  readonly inner: protobuf.Type | undefined
}

const checksOf = new WeakMap<protobuf.Type, readonly Check[]>()

/**
 * Looks at everything in a message before it is sent.
 *
 * @throws {RpcOptionError} `RPC_BAD_OPTION` for the first value that its field does not take.
 */
export function checkMessage(type: protobuf.Type, message: object): void {
  for (const check of checksIn(type)) {
    const value = (message as Record<string, unknown>)[check.name]
    if (value === undefined || value === null) continue
    if (check.holds === 'one') checkValue(check, value)
    else {
      if (check.holds === 'list' ? !Array.isArray(value) : typeof value !== 'object') {
        throw misfit(check, value, check.holds === 'list' ? 'a list' : 'an object')
      }
      for (const each of Object.values(value)) checkValue(check, each)
    }
  }
}

function checkValue(check: Check, value: unknown): void {
  if (!check.fits(value)) throw misfit(check, value, check.expected)
  if (check.inner) checkMessage(check.inner, value as object)
}

function misfit({ path }: Check, value: unknown, expected: string): RpcOptionError {
  const shown = inspect(value, { depth: 0, maxStringLength: 40, breakLength: Infinity })
  return new RpcOptionError('message', `Cannot send ${shown} as ${path}: expected ${expected}`)
}

function checksIn(type: protobuf.Type): readonly Check[] {
  let checks = checksOf.get(type)
  if (!checks) {
    checks = type.fieldsArray.map(checkOf)
    checksOf.set(type, checks)
  }
  return checks
}

function checkOf(field: protobuf.Field): Check {
  const resolved = field.resolve().resolvedType
  const { name } = field
  const path = field.fullName.slice(1)
  const holds = field.map ? 'map' : field.repeated ? 'list' : 'one'
  const inner = resolved instanceof protobuf.Type ? resolved : undefined
  const [fits, expected] =
    resolved instanceof protobuf.Enum ? enumeration(resolved) : inner ? MESSAGE : kindOf(field.type)
  return { name, path, holds, fits, expected, inner }
}

type Kind = readonly [fits: (value: unknown) => boolean, expected: string]

const MESSAGE: Kind = [(value) => typeof value === 'object' && value !== null, 'a message']

function enumeration({ values }: protobuf.Enum): Kind {
  const fits = (value: unknown): boolean =>
    typeof value === 'string' ? Object.hasOwn(values, value) : Number.isInteger(value)
  return [fits, `one of ${Object.keys(values).join(', ')}`]
}

function kindOf(type: string): Kind {
  if (type === 'string') return [(value) => typeof value === 'string', 'a text']
  if (type === 'bool') return [(value) => typeof value === 'boolean', 'true or false']
  if (type === 'bytes') {
    return [(value) => value instanceof Uint8Array || typeof value === 'string', 'bytes']
  }
  if (type === 'float' || type === 'double')
    return [(value) => typeof value === 'number', 'a number']
  if (!type.endsWith('64')) return [(value) => Number.isInteger(value), 'a whole number']
  return [isLong, 'a whole number, a bigint or decimal text']
}

function isLong(value: unknown): boolean {
  if (typeof value === 'string') return /^-?\d+$/.test(value)
  // A Long of protobufjs has the two halves of the number.
  if (typeof value === 'object') return value !== null && 'low' in value && 'high' in value
  return typeof value === 'bigint' || Number.isInteger(value)
}
