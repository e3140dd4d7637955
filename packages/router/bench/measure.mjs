const MS_PER_ROUND = 40

/** A string as a request brings it: flat, and not a literal of some file. */
export function fresh(text) {
  return Buffer.from(text).toString('latin1')
}

/** Asks for the paths in turn, `times` of them or a few more. */
export function ask(find, paths, times) {
  let found = 0
  for (let asked = 0; asked < times; asked += paths.length) {
    for (const path of paths) if (find('GET', path, noop) !== undefined) found++
  }
  return found
}

function noop() {}

/** How often `run` is to be called in one round; it is warm when that is known. */
export function timesFor(run) {
  let times = 1000
  for (let spent = 0; spent < MS_PER_ROUND; times *= 2) {
    const start = performance.now()
    run(times)
    spent = performance.now() - start
  }
  return times / 2
}

/** @returns CPU nanoseconds per call. */
export function cpuTime(run, times) {
  const start = process.cpuUsage()
  run(times)
  const { user, system } = process.cpuUsage(start)
  return ((user + system) * 1000) / times
}
