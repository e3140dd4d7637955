/** What a session holds. */
export type Data = Record<string, unknown>

/**
 * Brings what others stored meanwhile into what this request did to a session.
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
 * The handler may hold objects of the session over an `await`, so they are changed in place and stay
 * part of it; and values keep their kind, as they are compared by their JSON but never replaced by it.
 *
 * @param ours - what this request wants to store, live.
 * @param base - what this request read, as JSON makes it.
 * @param theirs - what the store holds now, as the store gave it.
 */
export function mergeInto(ours: Data, base: Data, theirs: Data): void {
  for (const key of Object.keys(ours)) {
    if (jsonOf(ours[key]) === undefined) continue // says "deleted" to a store of JSON
    if (has(theirs, key) && theirs[key] !== undefined) continue
    if (has(base, key) && isSame(base[key], ours[key])) delete ours[key]
  }
  for (const key of Object.keys(theirs)) {
    const other = theirs[key]
    const mine = has(ours, key) ? ours[key] : undefined
    const isMissing = jsonOf(mine) === undefined
    if (isMissing) {
      if (!has(base, key)) put(ours, key, other)
    } else if (mine !== other && !isSame(mine, other)) {
      const before = has(base, key) ? base[key] : undefined
      if (isPlain(mine) && isPlain(other)) mergeInto(mine, isPlain(before) ? before : {}, other)
      else if (isSame(before, mine)) takeOver(ours, key, other)
    }
  }
}

/** We did not touch it: theirs counts; of arrays within the array that the handler may hold. */
function takeOver(ours: Data, key: string, other: unknown): void {
  const mine = ours[key]
  if (Array.isArray(mine) && Array.isArray(other)) mine.splice(0, mine.length, ...other)
  else put(ours, key, other)
}

function has(data: Data, key: string): boolean {
  return Object.hasOwn(data, key)
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

/** An object of keys; not a list, a Date, a Map, nor what writes itself in another form. */
function isPlain(value: unknown): value is Data {
  return (
    Object.prototype.toString.call(value) === '[object Object]' &&
    typeof (value as { toJSON?: unknown }).toJSON !== 'function'
  )
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || jsonOf(one) === jsonOf(other)
}

/** `undefined` for what JSON leaves out. */
function jsonOf(value: unknown): string | undefined {
  return JSON.stringify(value)
}
