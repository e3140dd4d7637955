/** What a program is given; whatever it computes ends in these and is shown at its end. */
export function data(): Record<string, unknown> {
  const log: unknown[] = []
  return {
    n: 3,
    m: 4,
    text: 'abc',
    list: [5, 6],
    obj: { a: 7, m: (value: unknown) => (log.push(value), value) },
    log,
    f: (value: unknown) => {
      log.push(value)
      return value
    },
    Box: class {
      value: unknown
      constructor(value: unknown) {
        this.value = value
      }
    },
    show,
  }
}

function show(value: unknown): string {
  const seen = new Set<unknown>()
  const json = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'function') return 'a function'
    if (typeof inner === 'object' && inner !== null) {
      if (seen.has(inner)) return 'seen'
      seen.add(inner)
    }
    if (typeof inner === 'number' && !Number.isFinite(inner)) return String(inner)
    return inner === undefined ? 'undefined' : inner
  })
  return json.replaceAll('"', '')
}
