import fc from 'fast-check'

/** A part of a program: what it is, what it is made of, and a number from which all its choices come. */
interface Part<Kind extends string> {
  readonly kind: Kind
  readonly pick: number
  readonly values: readonly Value[]
  readonly lists: readonly (readonly Statement[])[]
}
export type Value = Part<keyof typeof VALUES | (typeof LEAVES)[number]>
export type Statement = Part<keyof typeof STATEMENTS>

const LEAVES = ['number', 'string', 'name', 'member'] as const
/** How many values each is made of. */
const VALUES = {
  call: 1,
  method: 1,
  template: 1,
  tagged: 1,
  regExp: 1,
  array: 2,
  object: 2,
  arrow: 1,
  function: 1,
  conditional: 3,
  binary: 2,
  unary: 1,
  assignment: 1,
  comma: 2,
  await: 1,
  include: 1,
  construct: 1,
  lines: 2,
  missing: 0,
} as const
/** How many values and how many lists of statements each is made of. */
const STATEMENTS = {
  declare: [2, 0],
  declareEmpty: [0, 0],
  declareArrow: [1, 1],
  declareFunction: [1, 1],
  declareClass: [3, 1],
  destructure: [2, 0],
  assign: [1, 0],
  swap: [2, 0],
  call: [1, 0],
  callOwn: [1, 0],
  push: [1, 0],
  each: [2, 1],
  invokedFunction: [1, 1],
  templateFirst: [1, 0],
  regExpFirst: [1, 0],
  signFirst: [1, 0],
  step: [0, 0],
  wordFirst: [1, 0],
  string: [0, 0],
  include: [1, 0],
  awaited: [1, 0],
  if: [1, 2],
  for: [2, 1],
  while: [0, 1],
  doWhile: [0, 1],
  switch: [2, 2],
  try: [1, 3],
  labelled: [1, 1],
  block: [0, 1],
  throw: [1, 0],
  output: [1, 0],
  empty: [0, 0],
} as const

const anyPick = fc.nat(0x7fff_ffff)

const { statements } = fc.letrec<{ value: Value; statement: Statement; statements: Statement[] }>(
  (tie) => {
    const statementOf = (kind: keyof typeof STATEMENTS): fc.Arbitrary<Statement> => {
      const [values, lists] = STATEMENTS[kind]
      return fc.record({
        kind: fc.constant(kind),
        pick: anyPick,
        values: times(tie('value'), values),
        lists: times(tie('statements'), lists),
      })
    }
    const simple = keys(STATEMENTS).filter((kind) => STATEMENTS[kind][1] === 0)
    const compound = keys(STATEMENTS).filter((kind) => STATEMENTS[kind][1] > 0)
    return {
      value: fc.oneof(
        { maxDepth: 3, depthIdentifier: 'value', withCrossShrink: true },
        {
          weight: 6,
          arbitrary: fc.record({
            kind: fc.constantFrom(...LEAVES),
            pick: anyPick,
            values: fc.constant([]),
            lists: fc.constant([]),
          }),
        },
        ...keys(VALUES).map((kind) => ({
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constant(kind),
            pick: anyPick,
            values: times(tie('value'), VALUES[kind]),
            lists: fc.constant([]),
          }),
        })),
      ),
      statement: fc.oneof(
        { maxDepth: 3, depthIdentifier: 'statement' },
        { weight: 20, arbitrary: fc.oneof(...simple.map(statementOf)) },
        ...compound.map((kind) => ({ weight: 2, arbitrary: statementOf(kind) })),
      ),
      statements: fc.array(tie('statement'), {
        minLength: 1,
        maxLength: 5,
        depthIdentifier: 'statement',
      }),
    }
  },
)

function times<T>(arbitrary: fc.Arbitrary<T>, count: number): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { minLength: count, maxLength: count })
}

function keys<T extends object>(of: T): (keyof T)[] {
  return Object.keys(of) as (keyof T)[]
}

/** Lists of statements, to be printed in one style or another. */
export const programs: fc.Arbitrary<readonly Statement[]> = fc
  .array(statements, { minLength: 1, maxLength: 3 })
  .map((lists) => lists.flat())
