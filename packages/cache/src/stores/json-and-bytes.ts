/** How such a value begins. */
export const PARTS = 0x01
/** That, and how long the JSON is. */
const HEAD = 5

/**
 * An object of which one property is a buffer, and the rest is what JSON can say: JSON, and then the bytes as
 * they are. A kept answer is one; reading it so takes a fifth of what V8's format takes. `undefined` for any other.
 */
export function encodeParts(value: unknown): Buffer | undefined {
  if (!isPlainObject(value)) return undefined
  const named = Object.entries(value).filter(([, part]) => Buffer.isBuffer(part))
  if (named.length !== 1) return undefined
  const [name, bytes] = named[0] as [string, Buffer]
  const rest = { ...value }
  delete rest[name]
  if (name === '__proto__' || !isSaidByJson(rest, 0)) return undefined
  const json = Buffer.from(JSON.stringify([name, rest]))
  const head = Buffer.alloc(HEAD, PARTS)
  head.writeUInt32BE(json.length, 1)
  return Buffer.concat([head, json, bytes])
}

export function decodeParts(stored: Buffer): unknown {
  const end = HEAD + stored.readUInt32BE(1)
  const [name, value] = JSON.parse(stored.toString('utf8', HEAD, end)) as [
    string,
    Record<string, unknown>,
  ]
  value[name] = stored.subarray(end)
  return value
}

/** How deep an object may go before JSON is not asked whether it can say it. */
const DEEPEST = 8

function isSaidByJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (depth === DEEPEST) return false
  if (Array.isArray(value)) {
    const isList = Object.keys(value).length === value.length
    return isList && value.every((part) => isSaidByJson(part, depth + 1))
  }
  if (!isPlainObject(value)) return false
  return Object.entries(value).every(
    ([name, part]) => name !== 'toJSON' && name !== '__proto__' && isSaidByJson(part, depth + 1),
  )
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.getOwnPropertySymbols(value).length === 0
  )
}
