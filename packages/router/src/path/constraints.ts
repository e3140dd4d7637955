import { type ConstraintNode, parsePattern } from './constraint-pattern.ts'
import { PathSyntaxError } from '../errors.ts'
import type { ConstraintText } from './tokens.ts'

/**
 * What `:name<own>` asks of a parameter: a pattern in the safe subset of RegExp syntax, or a
 * function that is given the decoded text and says whether it will do.
 */
export type Constraint = string | ((text: string) => boolean)

/** Constraints by name. */
export type Constraints = Readonly<Record<string, Constraint>>

/** A constraint, ready for the matcher. */
export interface CompiledConstraint {
  /** The text that can be the parameter; undefined: any. */
  readonly node: ConstraintNode | undefined
  /** Asked once the whole path fits, so that it cannot make matching slow. */
  readonly accepts: ((text: string) => boolean) | undefined
  /** Handlers get a number. */
  readonly isNumber: boolean
}

/**
 * Looks a constraint up, own ones first.
 *
 * @throws {PathSyntaxError} `ROUTER_BAD_PATH` when there is none of that name, or its pattern is
 * outside of the safe subset.
 */
export function compileConstraint(
  path: string,
  { kind, text, start }: ConstraintText,
  own: Constraints,
  sensitive: boolean,
): CompiledConstraint {
  const place = { path, offset: start }
  if (kind === 'pattern') {
    return { node: parsePattern(text, place, sensitive), accepts: undefined, isNumber: false }
  }
  const constraint = Object.hasOwn(own, text) ? own[text] : undefined
  if (typeof constraint === 'function') {
    return { node: undefined, accepts: constraint, isNumber: false }
  }
  if (typeof constraint === 'string') {
    const node = parsePattern(constraint, { path, offset: start }, sensitive)
    return { node, accepts: undefined, isNumber: false }
  }
  const builtIn = BUILT_IN.get(text)
  if (builtIn === undefined) {
    const known = [...Object.keys(own), ...BUILT_IN.keys()].join(', ')
    throw new PathSyntaxError(`Unknown constraint <${text}> (known: ${known})`, path, start)
  }
  return {
    node: parsePattern(builtIn.pattern, place, sensitive),
    accepts: builtIn.accepts,
    isNumber: builtIn.isNumber ?? false,
  }
}

/** What a constraint asks, in RegExp syntax; undefined when a function decides. */
export function patternText({ kind, text }: ConstraintText, own: Constraints): string | undefined {
  if (kind === 'pattern') return text
  const constraint = Object.hasOwn(own, text) ? own[text] : BUILT_IN.get(text)?.pattern
  return typeof constraint === 'string' ? constraint : undefined
}

interface BuiltIn {
  readonly pattern: string
  readonly accepts?: (text: string) => boolean
  readonly isNumber?: boolean
}

const BUILT_IN = new Map<string, BuiltIn>([
  // Larger integers would reach the handler as another number than the client wrote.
  [
    'int',
    { pattern: '-?\\d+', isNumber: true, accepts: (text) => Number.isSafeInteger(Number(text)) },
  ],
  // RFC 9562 §4, any version.
  ['uuid', { pattern: [8, 4, 4, 4, 12].map((count) => `[0-9a-fA-F]{${count}}`).join('-') }],
  // Words of letters and digits with single hyphens between them.
  ['slug', { pattern: '(?:[a-z0-9]-|[a-z0-9])*[a-z0-9]' }],
])
