import fc from 'fast-check'

/** A schema that was drawn by lot, and messages of it. */
export interface Drawn {
  /** Its text. Its message is `test.Message`, which its service `test.Service` takes and gives. */
  readonly source: string
  readonly messages: readonly object[]
}

interface DrawnField {
  readonly text: string
  readonly name: string
  readonly value: fc.Arbitrary<unknown>
}

const integers = {
  int32: fc.integer(),
  sint32: fc.integer(),
  sfixed32: fc.integer(),
  uint32: fc.nat(0xffff_ffff),
  fixed32: fc.nat(0xffff_ffff),
  int64: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  sint64: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  sfixed64: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  uint64: fc.bigInt(0n, 2n ** 64n - 1n),
  fixed64: fc.bigInt(0n, 2n ** 64n - 1n),
  bool: fc.boolean(),
} as const

const text = fc.string({ unit: 'binary', maxLength: 20 })
const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  ...integers,
  string: text,
  bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  double: fc.double(),
  float: fc.float(),
}

const kind = fc.constantFrom('ZERO', 'ONE', 'MINUS')
/** A message in a message, two deep. */
const inner = fc.record({ id: integers.sint32 }, { requiredKeys: [] })
const deeper = fc.record({ id: integers.sint32, next: inner }, { requiredKeys: [] })

const typed = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(scalars)) },
  { weight: 1, arbitrary: fc.constantFrom('Kind', 'Inner') },
)

function valueOf(type: string): fc.Arbitrary<unknown> {
  if (type === 'Kind') return kind
  return type === 'Inner' ? deeper : scalars[type]!
}

const numbers = fc.oneof(
  fc.integer({ min: 1, max: 15 }),
  fc.integer({ min: 16, max: 18_999 }),
  fc.integer({ min: 20_000, max: 536_870_911 }),
)

/** Names as people write them: one in three has words with an underscore between. */
const nameAt = (index: number): string =>
  index % 3 === 0 ? `a_field_${'abcdefghijkl'[index]}x` : `field${index}`
const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

const fieldShape = fc.record({
  type: typed,
  key: fc.constantFrom('string', 'int32', 'sint64', 'uint32', 'fixed64', 'bool'),
  rule: fc.constantFrom('one', 'one', 'optional', 'list', 'map', 'oneof'),
  unpacked: fc.boolean(),
})

const schema = fc
  .tuple(
    fc.array(fieldShape, { minLength: 1, maxLength: 12 }),
    fc.uniqueArray(numbers, { minLength: 12, maxLength: 12 }),
  )
  .map(([shapes, ids]) => {
    const oneof: string[] = []
    const lines: string[] = []
    const fields = shapes.map(({ type, key, rule, unpacked }, index): DrawnField => {
      const name = nameAt(index)
      const value = valueOf(type)
      const option =
        unpacked && !['string', 'bytes', 'Inner'].includes(type) ? ' [packed = false]' : ''
      const texts = {
        one: `${type} ${name} = ${ids[index]};`,
        optional: `optional ${type} ${name} = ${ids[index]};`,
        list: `repeated ${type} ${name} = ${ids[index]}${option};`,
        map: `map<${key}, ${type}> ${name} = ${ids[index]};`,
        oneof: `${type} ${name} = ${ids[index]};`,
      }
      ;(rule === 'oneof' ? oneof : lines).push(texts[rule])
      const many = fc.array(value, { maxLength: 5 })
      const entries = fc
        .uniqueArray(fc.tuple(scalars[key]!, value), {
          maxLength: 4,
          selector: ([each]) => String(each),
        })
        .map((list) => Object.fromEntries(list.map(([each, held]) => [String(each), held])))
      return {
        text: rule,
        name: camelCase(name),
        value: rule === 'list' ? many : rule === 'map' ? entries : value,
      }
    })
    const choice = oneof.length > 0 ? `oneof choice { ${oneof.join(' ')} }` : ''
    const source = `
      syntax = "proto3";
      package test;
      enum Kind { ZERO = 0; ONE = 1; MINUS = -1; }
      message Inner { sint32 id = 1; Inner next = 2; }
      message Message { ${lines.join(' ')} ${choice} }
      service Service { rpc Call(Message) returns (Message); }
    `
    return { source, fields }
  })

/** Objects with some of the fields. */
const record = (list: readonly DrawnField[]): fc.Arbitrary<object> =>
  fc.record(Object.fromEntries(list.map(({ name, value }) => [name, value])), {
    requiredKeys: [],
  })

/** Schemas with messages; of the members of a `oneof` one is given at most. */
export const drawnSchemas: fc.Arbitrary<Drawn> = schema.chain(({ source, fields }) => {
  const chosen = fields.filter(({ text: rule }) => rule === 'oneof')
  const others = fields.filter(({ text: rule }) => rule !== 'oneof')
  const one =
    chosen.length === 0
      ? fc.constant({})
      : fc.oneof(fc.constant({}), ...chosen.map((field) => record([field])))
  const message = fc.tuple(record(others), one).map(([rest, held]) => ({ ...rest, ...held }))
  return fc.array(message, { minLength: 1, maxLength: 6 }).map((messages) => ({ source, messages }))
})
