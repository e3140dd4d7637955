let sink = 0

/** How often `run`, warm by then, is to be called in one round. */
export function calibrate(run, argument) {
  warmUp(run, argument)
  let count = 1
  while (timeOf(run, argument, count) * count < 60e6) count *= 2
  return count
}

/** Compilers have so much code that V8 is busy optimizing it for several hundred milliseconds. */
function warmUp(run, argument) {
  const end = performance.now() + 600
  while (performance.now() < end) timeOf(run, argument, 10)
}

/** @returns CPU nanoseconds per call. */
export function timeOf(run, argument, count) {
  const start = process.cpuUsage()
  for (let i = 0; i < count; i++) {
    const result = run(argument)
    // A joined string is only made whole when somebody reads it.
    sink += typeof result === 'string' ? Buffer.byteLength(result) : 1
  }
  const { user, system } = process.cpuUsage(start)
  return ((user + system) * 1000) / count
}
