// One router in a process of its own, timed a round at a time by run.mjs.
import { ask, cpuTime, fresh, timesFor } from './measure.mjs'
import { dispatchers } from './subjects.mjs'

const build = dispatchers[process.argv[2]]
let run
let times

process.on('message', (message) => {
  if (message === 'round') {
    process.send(cpuTime(run, times))
    return
  }
  const { routes, middlewares, paths } = message
  let found = 0
  const handle = build(routes, () => found++, middlewares)
  const asked = paths.map(fresh)
  run = (n) => ask(handle, asked, n)
  run(asked.length)
  if (found !== asked.length) throw new Error(`${found} of ${asked.length} requests were answered`)
  times = timesFor(run)
  process.send('ready')
})
