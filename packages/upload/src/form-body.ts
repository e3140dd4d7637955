import { InvalidFieldNameError } from './errors/form-errors.ts'
import { ArrayIndexError, FieldNestingError } from './errors/limit-errors.ts'

/** The fields of a form. Null prototypes throughout: `toString` is a field like any other. */
export interface FormBody {
  [name: string]: FormValue | undefined
}
type FormValue = string | FormBody | (FormValue | undefined)[]

interface Step {
  readonly key: string
  /** Whether the key is an index if what it goes into is to be made. */
  readonly index: boolean
}

interface Path {
  readonly steps: readonly Step[]
  /** Ends in `[]`: the value is added to an array. */
  readonly append: boolean
}

/**
 * Puts a value where its field's name says: `a[b][0]`, `a[]`, or a plain name.
 *
 * Follows the "JSON form" notation of W3C's HTML JSON form submission as multer reads it: a name
 * that does not fit the notation is one literal key, an array that gets a named key becomes an
 * object, a repeated name becomes an array.
 *
 * @throws {MulterError} `LIMIT_FIELD_NESTING`, `LIMIT_FIELD_ARRAY_INDEX`; `INVALID_FIELD_NAME` for
 * `__proto__`, and for `constructor` and `prototype` inside brackets. They would be harmless here;
 * they are not in the next `Object.assign` or deep merge (CVE-2020-7699).
 */
export function setField(
  body: FormBody,
  name: string,
  value: string,
  limits: { fieldNestingDepth: number; fieldArrayIndexLimit: number },
): void {
  const path = parseFieldPath(name)
  checkPath(path, name, limits)
  let container: Container = body
  const last = path.steps.length - 1
  for (let at = 0; at < last; at++) {
    container = enter(container, path.steps[at] as Step, path.steps[at + 1] as Step)
  }
  setLast(container, (path.steps[last] as Step).key, value, path.append)
}

/** `a[b][0][]` as its steps. Each character is looked at once. */
function parseFieldPath(name: string): Path {
  const literal: Path = { steps: [{ key: name, index: false }], append: false }
  let at = name.indexOf('[')
  if (at <= 0) return literal
  const steps: Step[] = [{ key: name.slice(0, at), index: false }]
  while (at < name.length) {
    if (name[at] !== '[') return literal
    if (at === name.length - 2 && name[at + 1] === ']') return { steps, append: true }
    const close = name.indexOf(']', at)
    if (close <= at + 1) return literal
    const key = name.slice(at + 1, close)
    const index = /^\d+$/.test(key)
    // `a[00]` means the same element as `a[0]`; as text it would be no element at all.
    steps.push({ key: index ? String(Number(key)) : key, index })
    at = close + 1
  }
  return { steps, append: false }
}

function checkPath(
  { steps, append }: Path,
  field: string,
  limits: { fieldNestingDepth: number; fieldArrayIndexLimit: number },
): void {
  const depth = steps.length - 1 + (append ? 1 : 0)
  if (depth > limits.fieldNestingDepth) {
    throw new FieldNestingError({ field, limit: limits.fieldNestingDepth })
  }
  for (const { key, index } of steps) {
    if (index && Number(key) > limits.fieldArrayIndexLimit) {
      throw new ArrayIndexError({ field, limit: limits.fieldArrayIndexLimit })
    }
    const nested = steps.length > 1
    if (key === '__proto__' || (nested && (key === 'constructor' || key === 'prototype'))) {
      throw new InvalidFieldNameError({ field })
    }
  }
}

type Container = FormBody | (FormValue | undefined)[]

/** An array is reached by digits only: an object replaces it before any other key is used. */
function get(container: Container, key: string): FormValue | undefined {
  return (container as FormBody)[key]
}

function set<Value extends FormValue>(container: Container, key: string, value: Value): Value {
  ;(container as FormBody)[key] = value
  return value
}

function enter(container: Container, { key }: Step, next: Step): Container {
  const present = get(container, key)
  if (present === undefined) return set(container, key, next.index ? [] : emptyBody())
  if (typeof present === 'string') return set(container, key, emptyBody({ '': present }))
  if (Array.isArray(present) && !next.index) {
    return set(container, key, emptyBody(Object.fromEntries(Object.entries(present))))
  }
  return present
}

function setLast(container: Container, key: string, value: string, append: boolean): void {
  const present = get(container, key)
  if (present === undefined) set(container, key, append ? [value] : value)
  else if (typeof present === 'string') set(container, key, [present, value])
  else if (Array.isArray(present)) present.push(value)
  else setLast(present, '', value, false)
}

export function emptyBody(entries: FormBody = {}): FormBody {
  return Object.assign(Object.create(null) as FormBody, entries)
}
