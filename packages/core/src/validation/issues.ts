import type { InputIssue } from './errors.ts'
import { textsIn } from './input-texts.ts'
import { maskValues } from './mask-values.ts'
import type { InputPlace } from './input-place.ts'
import type { SchemaIssue } from './standard-schema.ts'

/** A library's issues with a place, ready to be told. */
export function issuesIn(
  place: InputPlace,
  input: unknown,
  found: readonly SchemaIssue[],
): readonly InputIssue[] {
  const around = textsIn(input)
  return found.map(({ message, path = [] }) => {
    const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment))
    return {
      in: place,
      path: keys.map((key) => (typeof key === 'symbol' ? String(key) : key)),
      message: maskValues(message, valueAt(input, keys), around),
    }
  })
}

function valueAt(input: unknown, keys: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of keys) {
    if (value === null || value === undefined || !Object.hasOwn(Object(value) as object, key)) {
      return undefined
    }
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}
