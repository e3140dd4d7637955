/** The kind of values that alone has a method. */
export function kindOf(method: string): 'list' | 'string' | 'number' | 'Date' | undefined {
  if (LIST_METHODS.has(method)) return 'list'
  if (STRING_METHODS.has(method)) return 'string'
  if (NUMBER_METHODS.has(method)) return 'number'
  return DATE_METHODS.has(method) ? 'Date' : undefined
}

/** Whether a method calls its callback with what the list holds, one after the other. */
export function callsBackWithEach(method: string): boolean {
  return method !== 'reduce' && LIST_METHODS.has(method)
}

// What only one kind has; `slice` and `includes` are of texts and of lists.
const LIST_METHODS: ReadonlySet<string> = new Set(
  'map flatMap filter find findIndex some every reduce join toSorted toReversed'.split(' '),
)
const STRING_METHODS: ReadonlySet<string> = new Set(
  'toUpperCase toLowerCase trim split startsWith endsWith padStart padEnd charAt replace replaceAll localeCompare'.split(
    ' ',
  ),
)
const NUMBER_METHODS: ReadonlySet<string> = new Set(['toFixed', 'toPrecision', 'toExponential'])
const DATE_METHODS: ReadonlySet<string> = new Set(
  'toISOString getTime getFullYear getMonth getDate getDay getHours getMinutes toLocaleDateString toLocaleTimeString'.split(
    ' ',
  ),
)
