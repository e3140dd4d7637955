// node packages/router/bench/run.mjs [rounds]      on the built dist
//
// Who finds routes how fast. Answers are compared before anything is timed; then all subjects take
// turns, and the median CPU time of the rounds is printed, with garbage collection. Lookups share a
// process. Whole routers have one each, as in an app, and several of them: what V8 inlines differs
// from one process to the next, by up to a fifth. Ratios are the figures to trust.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { githubRoutes, questions } from './github-routes.mjs'
import { ask, cpuTime, fresh, timesFor } from './measure.mjs'
import { dispatchers, lookups } from './subjects.mjs'

const ROUNDS = Number(process.argv[2] ?? 7)
const PROCESSES = 5

console.log(`Node ${process.version}, ${os.cpus()[0]?.model ?? 'unknown CPU'}, ${ROUNDS} rounds\n`)
compareAnswers()
timeLookups()
timeTables()
await timeDispatch()
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

async function timeDispatch() {
  const everyRoute = githubRoutes.filter(({ method }) => method === 'GET').map(exampleOf)
  const { miss: _nobodyAnswers, ...answered } = questions

  heading('Whole dispatch: request in, handler called (ns)')
  for (const [kind, paths] of Object.entries({ 'every GET route': everyRoute, ...answered })) {
    report(kind, await raceProcesses({ routes: githubRoutes, middlewares: 0, paths }))
  }
  heading('A handler behind ten middlewares that call next() (ns)')
  const routes = [{ method: 'GET', path: '/json' }]
  report('GET /json', await raceProcesses({ routes, middlewares: 10, paths: ['/json'] }))
}

function exampleOf({ path }) {
  return path.replaceAll(/:(\w+)/g, 'some-$1')
}

/** @returns the median of CPU nanoseconds per request, by subject. */
async function raceProcesses(scenario) {
  const all = new Map(Object.keys(dispatchers).map((name) => [name, []]))
  for (let heat = 0; heat < PROCESSES; heat++) {
    const racers = []
    for (const [name, medians] of all) {
      const child = fork(join(import.meta.dirname, 'dispatcher.mjs'), [name])
      child.send(scenario)
      await once(child, 'message')
      racers.push({ child, medians, times: [] })
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const { child, times } of racers) {
        child.send('round')
        const [nanoseconds] = await once(child, 'message')
        times.push(nanoseconds)
      }
    }
    for (const { child, medians, times } of racers) {
      child.disconnect()
      medians.push(median(times))
    }
  }
  return [...all].map(([name, medians]) => [name, median(medians)])
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

/** @returns the median of CPU nanoseconds per call, by subject. */
function race(subjects) {
  const racers = subjects.map(([name, run]) => ({ name, run, times: timesFor(run), all: [] }))
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, times, all } of racers) all.push(cpuTime(run, times))
  }
  return racers.map(({ name, all }) => [name, median(all)])
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
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
