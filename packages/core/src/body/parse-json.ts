import { ArgumentError } from '../errors/argument-error.ts'
import { JsonSyntaxError } from './errors.ts'
import { guardData, type DataGuard } from './guard-data.ts'
import { limitFor } from '../limits/limits.ts'
import { refusesPrototypeKeys, type PrototypeKeys } from './prototype-keys.ts'

type Reviver = (this: unknown, key: string, value: unknown) => unknown

/** How JSON text is parsed. */
export interface JsonGuardOptions {
  /** Allows objects and arrays only, as the outermost value. @default true */
  readonly strict?: boolean | undefined
  /** The second argument of `JSON.parse`. @default none */
  readonly reviver?: Reviver | null | undefined
  /**
   * Deepest nesting, in levels; `Infinity` for Express's way. JSON.parse copes with any depth, but
   * what walks its result does not: JSON.stringify throws a RangeError at a few thousand levels.
   *
   * - Errors: `entity.too.deep` (400).
   *
   * @default `app.limits.jsonDepth`: 1000
   */
  readonly depth?: number | undefined
  /**
   * What becomes of a body with an own key `__proto__`, or `prototype` inside `constructor`, which
   * a careless merge would turn into a change of `Object.prototype`: refused, or kept as Express
   * does.
   *
   * - Errors: `entity.prototype.key` (400).
   *
   * @default 'refuse'
   */
  readonly prototypeKeys?: PrototypeKeys | undefined
}

export interface JsonGuards {
  readonly strict: boolean
  readonly reviver: Reviver | undefined
  /** Undefined for what the app says. */
  readonly depth: number | undefined
  readonly refusesPrototypeKeys: boolean
}

/** @throws {TypeError} for values that mean nothing. */
export function readJsonGuards(options: JsonGuardOptions): JsonGuards {
  const { depth } = options
  if (depth !== undefined && (typeof depth !== 'number' || !(depth >= 1))) {
    throw new ArgumentError(
      `option depth "${String(depth)}" is invalid: expected a positive number`,
    )
  }
  return {
    strict: options.strict !== false,
    reviver: options.reviver ?? undefined,
    depth,
    refusesPrototypeKeys: refusesPrototypeKeys(options.prototypeKeys),
  }
}

/**
 * Parses the text of a JSON body; empty text is `{}`, a mistake too common to punish.
 *
 * @param req - says by its app what the guards leave open.
 * @throws {JsonSyntaxError | JsonTooDeepError | PrototypeKeyError}
 */
export function parseJson(text: string, guards: JsonGuards, req: object = {}): unknown {
  if (text.length === 0) return {}
  if (guards.strict) requireObjectOrArray(text)
  const depth = guards.depth ?? limitFor(req, 'jsonDepth')
  const guard = { depth, refusesPrototypeKeys: guards.refusesPrototypeKeys }
  if (guards.reviver !== undefined) return revive(text, guard, guards.reviver)
  const value = parse(text)
  // Brackets first: many are soon found, and then no text is searched for keys.
  const isSuspect =
    mayBeDeeperThan(text, depth) || (guard.refusesPrototypeKeys && mayHoldPrototypeKey(text))
  if (isSuspect) guardData(value, guard)
  return value
}

/**
 * JSON.parse revives by recursion, so the depth is looked at before; and what a reviver gives is its own, so the
 * keys are looked for after.
 */
function revive(text: string, guard: DataGuard, reviver: Reviver): unknown {
  if (mayBeDeeperThan(text, guard.depth)) {
    guardData(parse(text), { ...guard, refusesPrototypeKeys: false })
  }
  const value = parse(text, reviver)
  // It may have decoded what `constructor` holds.
  const mayHoldKey = mayHoldPrototypeKey(text) || text.includes('constructor')
  if (guard.refusesPrototypeKeys && mayHoldKey) guardData(value, { ...guard, depth: Infinity })
  return value
}

function parse(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver)
  } catch (error) {
    // A reviver may throw what it likes.
    if (!(error instanceof SyntaxError)) throw error
    throw new JsonSyntaxError(error.message, { cause: error })
  }
}

function requireObjectOrArray(text: string): void {
  let start = 0
  while (isJsonSpace(text.charCodeAt(start))) start++
  const first = text[start]
  if (first !== '{' && first !== '[') throw strictViolation(text, start)
}

const isJsonSpace = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

/**
 * The error that V8 would give if a primitive were a syntax error, in V8's own words: it is asked
 * about text in which the primitive is made of signs that JSON does not know.
 */
function strictViolation(text: string, start: number): JsonSyntaxError {
  const rest = text.slice(start)
  const message = syntaxMessage(text.slice(0, start) + '#'.repeat(rest.length))
  return new JsonSyntaxError(message.replace(/#+/g, (signs) => rest.slice(0, signs.length)))
}

function syntaxMessage(text: string): string {
  try {
    JSON.parse(text)
    return 'strict violation'
  } catch (error) {
    return (error as SyntaxError).message
  }
}

/** Never wrong about "no": as deep as that takes as many brackets on either side, and few are soon counted. */
function mayBeDeeperThan(text: string, most: number): boolean {
  if (text.length <= 2 * most) return false
  let brackets = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++brackets > most) return true
    }
  }
  return false
}

/** Never wrong about "no": the keys are there in letters, all of them with these, or in escapes. */
function mayHoldPrototypeKey(text: string): boolean {
  return text.includes('proto') || text.includes('\\u00')
}
