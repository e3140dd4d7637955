import { ArgumentError } from '../errors/argument-error.ts'
import { limitFor } from '../limits/limits.ts'
import { onDemand } from '../on-demand.ts'
import { FormTooDeepError, TooManyParametersError } from './errors.ts'
import { guardData } from './guard-data.ts'
import { refusesPrototypeKeys, type PrototypeKeys } from './prototype-keys.ts'

/** How a urlencoded form is parsed. */
export interface FormOptions {
  /** Makes objects and arrays of `a[b]=1` and `a[]=1`. @default false: keys are plain text */
  readonly extended?: boolean | undefined
  /** Most parameters; more are 413 `parameters.too.many`. @default `app.limits.formParameters`: 1000 */
  readonly parameterLimit?: number | undefined
  /** Deepest nesting of keys in an extended form; deeper is 400 `querystring.parse.rangeError`. @default `app.limits.formDepth`: 32 */
  readonly depth?: number | undefined
  /** Lets a parameter `utf8=✓` in the body state its charset. @default false */
  readonly charsetSentinel?: boolean | undefined
  /** Reads `&#9786;` in an iso-8859-1 form as ☺. @default false */
  readonly interpretNumericEntities?: boolean | undefined
  /**
   * What becomes of an extended form with `prototype` inside `constructor`; a key `__proto__` is
   * dropped in either case. @default 'refuse'
   */
  readonly prototypeKeys?: PrototypeKeys | undefined
}

export interface FormSettings {
  readonly extended: boolean
  /** Undefined, as `depth`, for what the app says. */
  readonly parameterLimit: number | undefined
  readonly depth: number | undefined
  readonly charsetSentinel: boolean
  readonly interpretNumericEntities: boolean
  readonly refusesPrototypeKeys: boolean
}

/** Charsets that the forms of browsers come in. */
export type FormCharset = 'utf-8' | 'iso-8859-1'

/** @throws {TypeError} for limits that are none. */
export function readFormOptions(options: FormOptions): FormSettings {
  const extended = Boolean(options.extended)
  // Text such as '500', from the environment, is taken for a number, as body-parser does.
  const parameterLimit =
    options.parameterLimit === undefined ? undefined : toNumber(options.parameterLimit)
  const depth = (options.depth ?? undefined) === undefined ? undefined : toNumber(options.depth)
  if (parameterLimit !== undefined && !(parameterLimit >= 1)) {
    throw new ArgumentError('option parameterLimit must be a positive number')
  }
  if (extended && depth !== undefined && !(depth >= 0)) {
    throw new ArgumentError('option depth must be a zero or a positive number')
  }
  return {
    extended,
    parameterLimit: parameterLimit && Math.floor(parameterLimit),
    depth: extended ? depth : 0,
    charsetSentinel: Boolean(options.charsetSentinel),
    interpretNumericEntities: Boolean(options.interpretNumericEntities),
    refusesPrototypeKeys: refusesPrototypeKeys(options.prototypeKeys),
  }
}

const toNumber = (value: unknown): number => Number(value)

/**
 * Parses the text of a form. Parameters are counted before any is looked at; a key `__proto__` is
 * dropped, as by qs.
 *
 * @param req - says by its app what the settings leave open.
 * @throws {TooManyParametersError | FormTooDeepError | PrototypeKeyError}
 */
export function parseForm(
  text: string,
  charset: FormCharset,
  settings: FormSettings,
  req: object = {},
): unknown {
  if (text.length === 0) return {}
  const parameterLimit = settings.parameterLimit ?? limitFor(req, 'formParameters')
  const depth = settings.depth ?? limitFor(req, 'formDepth')
  const count = countParameters(text, parameterLimit)
  const form = parseNested(text, charset, { ...settings, parameterLimit, depth }, count)
  if (settings.extended) {
    closeGaps(form)
    // Its depth was qs's to limit.
    if (settings.refusesPrototypeKeys)
      guardData(form, { depth: Infinity, refusesPrototypeKeys: true })
  }
  return form
}

type Resolved = FormSettings & { readonly parameterLimit: number; readonly depth: number }

function parseNested(
  text: string,
  charset: FormCharset,
  { extended, depth, parameterLimit, charsetSentinel, interpretNumericEntities }: Resolved,
  count: number,
): unknown {
  // Never longer than the parameters that were sent, so an index cannot make a vast array. neoqs
  // takes this for the highest index, qs for the length.
  const longestArray = extended ? Math.max(100, count) : count
  try {
    return onDemand.qs.parse(text, {
      allowPrototypes: true,
      // Its own way of closing the gaps takes time by the square of the nested values.
      allowSparse: true,
      arrayLimit: longestArray - 1,
      depth,
      strictDepth: true,
      charset,
      charsetSentinel,
      parameterLimit,
      ...(interpretNumericEntities ? { decoder: decodeEntities } : {}),
    })
  } catch (error) {
    if (error instanceof RangeError) throw new FormTooDeepError(depth)
    throw error
  }
}

/** neoqs cuts the entities of emoji and other characters past U+FFFF in half. */
function decodeEntities(
  text: string,
  decode: (text: string, decoder: unknown, charset: string) => string,
  charset: string,
  type: 'key' | 'value',
): string {
  const decoded = decode(text, decode, charset)
  if (type === 'key' || charset !== 'iso-8859-1') return decoded
  return decoded.replace(/&#(\d+);/g, (entity, digits: string) => {
    const point = Number(digits)
    return point <= 0x10ffff ? String.fromCodePoint(point) : entity
  })
}

/** @throws {TooManyParametersError} at the first parameter too many, without counting the rest. */
function countParameters(text: string, most: number): number {
  let count = 0
  let at = -1
  do {
    if (++count > most) throw new TooManyParametersError(most)
    at = text.indexOf('&', at + 1)
  } while (at !== -1)
  return count
}

/** Makes `['x']` of what `a[2]=x` is, in place and in linear time. */
function closeGaps(form: unknown): void {
  const pending = [form]
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      // Array methods pass over holes.
      const items = value.flat(0)
      value.length = 0
      for (const item of items) value.push(item)
    }
    for (const inner of Object.values(value)) pending.push(inner)
  }
}
