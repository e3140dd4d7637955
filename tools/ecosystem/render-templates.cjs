// Compiles and renders the templates of one package on EJS and on ours: node render-templates.cjs FOLDER FROM FILE…
//
// One line of JSON a template, from the one with number FROM on. A template that never ends ends this process with it;
// whoever started it goes on behind it.
const { readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')

const views = path.join(__dirname, '../../packages/views')
const ejs = createRequire(path.join(views, 'package.json'))('ejs')
const ours = require(path.join(views, 'entry/ejs.cjs'))
const { createEngine } = require(path.join(views, 'entry/index.cjs'))

const [folder, from, ...files] = process.argv.slice(2)
for (const [at, file] of files.entries()) {
  if (at < Number(from)) continue
  process.stdout.write(`${JSON.stringify({ at, begins: true })}\n`)
  process.stdout.write(`${JSON.stringify({ at, ...compare(path.join(folder, file), at) })}\n`)
}

function compare(filename, at) {
  const text = readFileSync(filename, 'utf8')
  const context = refusalOf(filename)
  const [theirs, mine] = [ejs, ours].map((door) => tried(() => door.compile(text, { filename })))
  if (theirs.error || mine.error) {
    const both = Boolean(theirs.error && mine.error)
    return {
      compiled: both ? 'both refuse' : `${theirs.error ? 'EJS' : 'ours'} alone refuses`,
      why: (mine.error ?? theirs.error).message.slice(0, 300),
      context,
    }
  }
  const names = []
  let want
  // What it asks for and nobody has told it is given, one name after the other.
  for (let round = 0; round < 200; round++) {
    want = tried(() => theirs.value(dataOf(names)))
    const missing = /(?:^|\n)(?!.*>>)\s*([\w$]+) is not defined\s*$/.exec(
      want.error?.message ?? '',
    )?.[1]
    if (missing === undefined || names.includes(missing)) break
    names.push(missing)
  }
  process.stdout.write(`${JSON.stringify({ at, endsOnEjs: true })}\n`)
  const got = tried(() => mine.value(dataOf(names)))
  if (want.error || got.error) {
    const both = Boolean(want.error && got.error)
    const rendered = both ? 'both refuse' : `${want.error ? 'EJS' : 'ours'} alone refuses`
    return {
      compiled: 'both',
      rendered,
      why: (got.error ?? want.error).message.slice(-300),
      context,
    }
  }
  return {
    compiled: 'both',
    rendered: want.value === got.value ? 'same' : 'other',
    why: firstDifference(want.value, got.value),
    context,
  }
}

function tried(action) {
  try {
    return { value: action() }
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }
}

/** What the engine refuses because it cannot escape there, and EJS does not look at: its reason, or nothing. */
function refusalOf(filename) {
  const engine = createEngine({ roots: path.dirname(filename), extension: path.extname(filename) })
  const { error } = tried(() => engine.render(path.basename(filename, path.extname(filename)), {}))
  return error?.code === 'TEMPLATE_CONTEXT' ? error.reason : undefined
}

function firstDifference(want, got) {
  // A template may return anything, and EJS gives that.
  if (typeof want !== 'string') return `EJS gives no text but what it returns: ${typeof want}`
  let at = 0
  while (at < want.length && want[at] === got[at]) at++
  return want === got
    ? undefined
    : `EJS ${JSON.stringify(want.slice(at - 40, at + 80))} ours ${JSON.stringify(got.slice(at - 40, at + 80))}`
}

function dataOf(names) {
  return Object.fromEntries(names.map((name) => [name, anything(name)]))
}

const CALLBACKS = new Set(
  'every filter find findIndex findLast flatMap forEach map reduce reduceRight some sort'.split(
    ' ',
  ),
)

/** Answers to all: a text, a number, a list of two, a function that gives another. The same each time. */
function anything(name, depth = 0) {
  const parts = new Map()
  const part = (key) => {
    if (!parts.has(key)) parts.set(key, anything(`${name}.${key}`, depth + 1))
    return parts.get(key)
  }
  // One that goes on for ever is asked for by loops and recursion: they come to an end.
  const list = () => (depth > 4 ? [] : [part('0'), part('1')])
  return new Proxy(() => {}, {
    get(_target, key) {
      if (key === Symbol.toPrimitive) return (hint) => (hint === 'number' ? 2 : `<${name}>`)
      if (key === Symbol.iterator) return () => list()[Symbol.iterator]()
      if (typeof key === 'symbol' || key === 'then') return undefined
      if (key === 'length') return list().length
      if (key === 'toString' || key === 'toJSON') return () => `<${name}>`
      if (typeof Array.prototype[key] === 'function')
        // `find({ … })` and `sort('-date')` are not an array's.
        return (...by) =>
          CALLBACKS.has(key) && typeof by[0] !== 'function' ? part(key) : list()[key](...by)
      if (typeof String.prototype[key] === 'function') return (...by) => `<${name}>`[key](...by)
      return part(key)
    },
    has: () => true,
    set: (_target, key, value) => {
      parts.set(key, value)
      return true
    },
    apply: () => (depth > 8 ? undefined : part('()')),
    construct: () => part('new'),
    ownKeys: () => (depth > 4 ? [] : ['0', '1']),
    getOwnPropertyDescriptor: (_target, key) => ({
      value: part(key),
      enumerable: true,
      configurable: true,
      writable: true,
    }),
    getPrototypeOf: () => Function.prototype,
  })
}
