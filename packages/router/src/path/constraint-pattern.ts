import { PathSyntaxError } from '../errors.ts'

/** The shape of a parameter's text, as a tree that a path program can be made from. */
export type ConstraintNode =
  | { readonly type: 'class'; readonly has: (unit: number) => boolean }
  | { readonly type: 'sequence'; readonly parts: readonly ConstraintNode[] }
  | { readonly type: 'choice'; readonly options: readonly ConstraintNode[] }
  | {
      readonly type: 'repeat'
      readonly part: ConstraintNode
      readonly min: number
      readonly max: number
    }

/** Where a pattern stands, for errors that point into the path. */
export interface PatternPlace {
  readonly path: string
  readonly offset: number
}

/** Counted repetition is written out, so it has to end somewhere. */
const MOST_REPETITIONS = 1000

/**
 * Reads the safe subset of RegExp syntax: literals, classes, `.`, `\d \w`, groups,
 * `|` and `? * + {m,n}`. No repetition inside a repetition, nothing that looks back or around.
 *
 * A pattern describes one segment: it never matches "/" and never matches nothing.
 *
 * @param sensitive - false: a letter stands for both of its cases.
 * @throws {PathSyntaxError} `ROUTER_BAD_PATH` for everything else.
 */
export function parsePattern(
  text: string,
  place: PatternPlace,
  sensitive: boolean,
): ConstraintNode {
  const reader: Reader = { text, place, sensitive, at: 0 }
  const node = readChoice(reader)
  if (reader.at < text.length) throw fail(reader, `unexpected "${text[reader.at]}"`)
  if (canBeEmpty(node)) {
    reader.at = 0
    throw fail(reader, 'a pattern must not match nothing (make the parameter optional with {})')
  }
  return node
}

interface Reader {
  readonly text: string
  readonly place: PatternPlace
  readonly sensitive: boolean
  at: number
}

function readChoice(reader: Reader): ConstraintNode {
  const options = [readSequence(reader)]
  while (reader.text[reader.at] === '|') {
    reader.at++
    options.push(readSequence(reader))
  }
  return options.length === 1 ? options[0]! : { type: 'choice', options }
}

function readSequence(reader: Reader): ConstraintNode {
  const parts: ConstraintNode[] = []
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at]!)) {
    parts.push(readRepeated(reader))
  }
  return parts.length === 1 ? parts[0]! : { type: 'sequence', parts }
}

function readRepeated(reader: Reader): ConstraintNode {
  const part = readPart(reader)
  const start = reader.at
  const range = readRange(reader)
  if (range === undefined) return part
  if (repeats(part)) {
    reader.at = start
    throw fail(reader, 'a repetition stands inside a repetition')
  }
  if ('?*+{'.includes(reader.text[reader.at] ?? ' ')) {
    throw fail(reader, 'lazy, possessive and doubled repetition is not supported')
  }
  return { type: 'repeat', part, ...range }
}

function readRange(reader: Reader): { min: number; max: number } | undefined {
  const { text } = reader
  const char = text[reader.at]
  const simple = char === undefined ? undefined : SIMPLE_RANGES.get(char)
  if (simple !== undefined) {
    reader.at++
    return simple
  }
  if (char !== '{') return undefined
  COUNTED_RANGE.lastIndex = reader.at
  const counted = COUNTED_RANGE.exec(text)
  if (counted === null) throw fail(reader, 'expected {n}, {n,} or {n,m}')
  const min = Number(counted[1])
  const max = counted[2] === undefined ? min : counted[3] === '' ? Infinity : Number(counted[3])
  if (max < min) throw fail(reader, 'the range ends before it begins')
  if (min > MOST_REPETITIONS || (max !== Infinity && max > MOST_REPETITIONS)) {
    throw fail(reader, `a count is larger than ${MOST_REPETITIONS}`)
  }
  reader.at += counted[0].length
  return { min, max }
}

const SIMPLE_RANGES = new Map([
  ['?', { min: 0, max: 1 }],
  ['*', { min: 0, max: Infinity }],
  ['+', { min: 1, max: Infinity }],
])
const COUNTED_RANGE = /\{(\d{1,9})(,(\d{0,9}))?\}/y

function readPart(reader: Reader): ConstraintNode {
  const { text } = reader
  const char = text[reader.at]!
  if (char === '(') return readGroup(reader)
  if (char === '[') return readClass(reader)
  if (char === '\\') {
    const escape = readEscape(reader)
    return classNode(typeof escape === 'number' ? oneUnit(reader, escape) : escape)
  }
  if (char === '.') {
    reader.at++
    return classNode(() => true)
  }
  if ('?*+{'.includes(char)) throw fail(reader, `nothing stands before "${char}"`)
  if ('^$'.includes(char)) throw fail(reader, `"${char}" is not needed: the whole parameter counts`)
  if (char === '/') throw fail(reader, 'a parameter stays inside one segment')
  if (char === ']' || char === '}') throw fail(reader, `unexpected "${char}"`)
  reader.at++
  return classNode(oneUnit(reader, char.charCodeAt(0)))
}

function readGroup(reader: Reader): ConstraintNode {
  reader.at++
  if (reader.text[reader.at] === '?') {
    if (reader.text[reader.at + 1] !== ':') throw fail(reader, 'only (?:…) groups are supported')
    reader.at += 2
  }
  const node = readChoice(reader)
  if (reader.text[reader.at] !== ')') throw fail(reader, 'the group is never closed')
  reader.at++
  return node
}

type UnitTest = (unit: number) => boolean

function readClass(reader: Reader): ConstraintNode {
  const { text } = reader
  const start = reader.at++
  const negated = text[reader.at] === '^'
  if (negated) reader.at++
  const tests: UnitTest[] = []
  while (reader.at < text.length && text[reader.at] !== ']') tests.push(readClassItem(reader))
  if (reader.at === text.length) {
    reader.at = start
    throw fail(reader, 'the class is never closed')
  }
  reader.at++
  const has: UnitTest = (unit) => tests.some((test) => test(unit))
  return classNode(negated ? (unit) => !has(unit) : has)
}

function readClassItem(reader: Reader): UnitTest {
  const first = readClassUnit(reader)
  if (typeof first !== 'number') return first
  const { text } = reader
  if (text[reader.at] !== '-' || text[reader.at + 1] === ']') return oneUnit(reader, first)
  reader.at++
  const last = readClassUnit(reader)
  if (typeof last !== 'number' || last < first) throw fail(reader, 'not a range of characters')
  return eitherCase(reader, (unit) => unit >= first && unit <= last)
}

function readClassUnit(reader: Reader): number | UnitTest {
  if (reader.at >= reader.text.length) throw fail(reader, 'the class is never closed')
  if (reader.text[reader.at] === '\\') return readEscape(reader)
  return reader.text.charCodeAt(reader.at++)
}

function readEscape(reader: Reader): number | UnitTest {
  const char = reader.text[reader.at + 1]
  if (char === undefined) throw fail(reader, 'nothing follows "\\"')
  const named = NAMED_CLASSES.get(char)
  if (named === undefined && /[A-Za-z0-9]/.test(char)) {
    throw fail(reader, `"\\${char}" is not supported`)
  }
  if (char === '/') throw fail(reader, 'a parameter stays inside one segment')
  reader.at += 2
  return named ?? char.charCodeAt(0)
}

const isDigit: UnitTest = (unit) => unit >= 48 && unit <= 57
const isWord: UnitTest = (unit) =>
  isDigit(unit) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 95
const NAMED_CLASSES = new Map<string, UnitTest>([
  ['d', isDigit],
  ['D', (unit) => !isDigit(unit)],
  ['w', isWord],
  ['W', (unit) => !isWord(unit)],
])

function oneUnit(reader: Reader, wanted: number): UnitTest {
  return eitherCase(reader, (unit) => unit === wanted)
}

function eitherCase({ sensitive }: Reader, test: UnitTest): UnitTest {
  if (sensitive) return test
  return (unit) => test(unit) || test(otherCase(unit))
}

function otherCase(unit: number): number {
  if (unit >= 65 && unit <= 90) return unit + 32
  return unit >= 97 && unit <= 122 ? unit - 32 : unit
}

const SLASH = 47

/** A parameter is one segment or less, whatever its pattern says. */
function classNode(test: UnitTest): ConstraintNode {
  return { type: 'class', has: (unit) => unit !== SLASH && test(unit) }
}

function repeats(node: ConstraintNode): boolean {
  switch (node.type) {
    case 'repeat':
      return true
    case 'sequence':
      return node.parts.some(repeats)
    case 'choice':
      return node.options.some(repeats)
    default:
      return false
  }
}

function canBeEmpty(node: ConstraintNode): boolean {
  switch (node.type) {
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.part)
    case 'sequence':
      return node.parts.every(canBeEmpty)
    case 'choice':
      return node.options.some(canBeEmpty)
    default:
      return false
  }
}

function fail({ text, place, at }: Reader, problem: string): PathSyntaxError {
  const where = `Pattern (${text}) is not supported: ${problem}`
  return new PathSyntaxError(where, place.path, place.offset + at)
}
