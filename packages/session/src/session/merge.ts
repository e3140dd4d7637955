/** What a session holds, as JSON makes it. */
export type Data = Record<string, unknown>

/**
 * Merges what this request did to a session into what others stored meanwhile.
 *
 * | between read and write             | result                                    |
 * | ---------------------------------- | ----------------------------------------- |
 * | different keys                     | both                                      |
 * | same key, same value               | that value                                |
 * | same key, different values         | ours: the last to commit                  |
 * | a key we did not touch             | theirs, also when they deleted it         |
 * | a key we deleted                   | gone, also when they changed it           |
 * | a key they deleted and we changed  | ours                                      |
 * | plain objects on both sides        | merged by these same rules, at any depth  |
 * | arrays, or an array and an object  | ours whole: positions have no identity    |
 *
 * @param base - what this request read.
 * @param ours - what this request wants to store.
 * @param theirs - what the store holds now.
 */
export function merge(base: Data, ours: Data, theirs: Data): Data {
  const merged = copyOf(theirs)
  for (const key of Object.keys(base)) {
    if (!has(ours, key)) delete merged[key]
  }
  for (const key of Object.keys(ours)) {
    const mine = ours[key]
    const before = has(base, key) ? base[key] : undefined
    if (has(base, key) && isSame(before, mine)) continue
    const other = has(theirs, key) ? theirs[key] : undefined
    const isNested = isPlain(mine) && isPlain(other)
    put(merged, key, isNested ? merge(isPlain(before) ? before : {}, mine, other) : mine)
  }
  return merged
}

function has(data: Data, key: string): boolean {
  return Object.hasOwn(data, key)
}

function copyOf(data: Data): Data {
  const copy: Data = {}
  for (const key of Object.keys(data)) put(copy, key, data[key])
  return copy
}

/** `__proto__` is a key like any other in JSON, and must not become a prototype. */
function put(data: Data, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(data, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  } else {
    data[key] = value
  }
}

function isPlain(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
