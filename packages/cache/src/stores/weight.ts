/** What an entry costs beside its key and value: slots in maps and lists, about so many bytes. */
const OVERHEAD = 128

/**
 * Estimates what a key and a value take in memory, in bytes. A string counts two bytes a character, a
 * buffer its length; an object is walked, each part once, so that a circle ends.
 */
export function weightOf(key: string, value: unknown): number {
  return OVERHEAD + 2 * key.length + weigh(value, new Set())
}

function weigh(value: unknown, seen: Set<object>): number {
  if (typeof value === 'string') return 16 + 2 * value.length
  if (typeof value === 'bigint') return 16 + value.toString(16).length / 2
  if (typeof value !== 'object' || value === null || seen.has(value)) return 8
  seen.add(value)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 64 + value.byteLength
  let sum = 32
  if (value instanceof Map || value instanceof Set) {
    for (const entry of value) sum += 16 + weigh(entry, seen)
    return sum
  }
  for (const [name, part] of Object.entries(value)) sum += 8 + name.length + weigh(part, seen)
  return sum
}
