// node packages/router/bench/run.mjs [rounds]      on the built dist
//
// Who finds routes how fast. Answers are compared before anything is timed; then all subjects take
// turns in one process, and the median CPU time of the rounds is printed, with garbage collection.
// Ratios are the figures to trust.
import os from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { githubRoutes, questions } from './github-routes.mjs'
import { dispatchers, lookups } from './subjects.mjs'

const ROUNDS = Number(process.argv[2] ?? 7)
const MS_PER_ROUND = 40

console.log(`Node ${process.version}, ${os.cpus()[0]?.model ?? 'unknown CPU'}, ${ROUNDS} rounds\n`)
compareAnswers()
timeLookups()
timeTables()
timeDispatch()
timeMiddlewares()
measureRegistration()

function compareAnswers() {
  const finders = Object.entries(lookups).map(([name, build]) => [name, build(githubRoutes)])
  const [[, ours], ...rivals] = finders
  for (const path of Object.values(questions).flat()) {
    const expected = plain(ours('GET', path))
    for (const [name, find] of rivals) {
      const answer = plain(find('GET', path))
      if (!isDeepStrictEqual(answer, expected)) {
        throw new Error(`${String(name)} answers ${path} differently: ${JSON.stringify(answer)}`)
      }
    }
  }
  console.log(`All ${finders.length} subjects give the same answers.\n`)
}

function plain(found) {
  return found && { path: found.path, params: { ...found.params } }
}

function timeLookups() {
  heading(`Lookup with parameters, ${githubRoutes.length} GitHub-like routes (ns)`)
  const finders = Object.entries(lookups).map(([name, build]) => [name, build(githubRoutes)])
  for (const [kind, paths] of Object.entries(questions)) {
    const asked = paths.map(fresh)
    report(kind, race(finders.map(([name, find]) => [name, (n) => ask(find, asked, n)])))
  }
}

function timeTables() {
  heading('The same question in tables of 100 and of 10,000 routes (ns)')
  for (const pattern of ['/resource{i}/:id/items/:item', '/resource{i}']) {
    const sized = [100, 10_000].map((size) => {
      const routes = Array.from({ length: size }, (_, index) => ({
        method: 'GET',
        path: pattern.replace('{i}', index),
      }))
      const asked = Array.from({ length: 8 }, (_, index) =>
        fresh(
          pattern
            .replace('{i}', 90 + index)
            .replace(':id', '42')
            .replace(':item', 'abc'),
        ),
      )
      const find = lookups.tokkyu(routes)
      return [`${size} routes`, (n) => ask(find, asked, n)]
    })
    report(pattern.replace('{i}', '…'), race(sized))
  }
}

function timeDispatch() {
  heading('Whole dispatch: request in, handler called (ns)')
  let found = 0
  const subjects = Object.entries(dispatchers).map(([name, build]) => [
    name,
    build(githubRoutes, () => found++),
  ])
  const everyRoute = githubRoutes.filter(({ method }) => method === 'GET').map(exampleOf)
  for (const [kind, paths] of Object.entries({ 'every GET route': everyRoute, ...questions })) {
    if (kind === 'miss') continue
    const asked = paths.map(fresh)
    report(kind, race(subjects.map(([name, handle]) => [name, (n) => ask(handle, asked, n)])))
  }
}

function exampleOf({ path }) {
  return path.replaceAll(/:(\w+)/g, 'some-$1')
}

function timeMiddlewares() {
  heading('A handler behind ten middlewares that call next() (ns)')
  let found = 0
  const subjects = Object.entries(dispatchers).map(([name, build]) => [
    name,
    build([{ method: 'GET', path: '/json' }], () => found++, 10),
  ])
  const asked = [fresh('/json')]
  report('GET /json', race(subjects.map(([name, handle]) => [name, (n) => ask(handle, asked, n)])))
}

function measureRegistration() {
  heading('10,000 routes: registration and first request')
  const routes = Array.from({ length: 10_000 }, (_, index) => ({
    method: 'GET',
    path: `/resource${index}/:id/items/:item`,
  }))
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const start = performance.now()
  const find = lookups.tokkyu(routes)
  const registered = performance.now()
  find('GET', '/resource1/1/items/1')
  const indexed = performance.now()
  globalThis.gc?.()
  const bytes = (process.memoryUsage().heapUsed - before) / routes.length
  const memory = globalThis.gc ? `${Math.round(bytes)} bytes a route` : 'for memory: --expose-gc'
  console.log(
    `registration ${(registered - start).toFixed(0)} ms, index ${(indexed - registered).toFixed(0)} ms, ${memory}`,
  )
}

function ask(find, paths, times) {
  let found = 0
  for (let index = 0; index < times; index++) {
    if (find('GET', paths[index % paths.length], noop) !== undefined) found++
  }
  return found
}

function noop() {}

/** A string as a request brings it: flat, and not a literal of this file. */
function fresh(text) {
  return Buffer.from(text).toString('latin1')
}

/** @returns the median of CPU nanoseconds per call, by subject. */
function race(subjects) {
  const results = new Map(subjects.map(([name]) => [name, []]))
  const times = new Map()
  for (const [name, run] of subjects) {
    let n = 1000
    for (let spent = 0; spent < MS_PER_ROUND; n *= 2) {
      const start = performance.now()
      run(n)
      spent = performance.now() - start
    }
    times.set(name, n / 2)
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of subjects) {
      const n = times.get(name)
      const start = process.cpuUsage()
      run(n)
      const { user, system } = process.cpuUsage(start)
      results.get(name).push(((user + system) * 1000) / n)
    }
  }
  return [...results].map(([name, all]) => [name, all.toSorted((a, b) => a - b)[ROUNDS >> 1]])
}

function heading(text) {
  console.log(`\n${text}`)
}

function report(kind, results) {
  const [[, first]] = results
  const cells = results.map(
    ([name, ns]) => `${name} ${ns.toFixed(0)} (×${(ns / first).toFixed(2)})`,
  )
  console.log(`  ${kind.padEnd(26)} ${cells.join('   ')}`)
}
