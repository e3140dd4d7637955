// Peers that a shared process falsifies. nunjucks derives an object from `String.prototype`, after
// which V8 runs every loop over `charCodeAt` in the process several times slower; handlebars itself
// takes half as long again for the layout beside the others.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

import { calibrate, timeOf } from './measure.mjs'
import { data } from './pages.mjs'

/** Starts the process of a peer, which is to `serve`. */
export function start(name, root) {
  const child = fork(path.join(import.meta.dirname, `${name}.mjs`), [root])
  // It has said why.
  child.once('exit', (code) => {
    if (code !== 0) process.exit(1)
  })
  const ask = async (question, scenario, count) => {
    child.send({ question, scenario, count })
    const [answer] = await once(child, 'message')
    return answer
  }
  return {
    racer: (scenario) => ({
      name,
      answer: () => ask('answer', scenario),
      calibrate: () => ask('calibrate', scenario),
      time: (count) => ask('time', scenario, count),
    }),
    end: () => child.disconnect(),
  }
}

/** Answers the questions of the process that started this one. */
export function serve(runs) {
  const answers = {
    answer: (scenario) => runs[scenario](data[scenario]),
    calibrate: (scenario) => calibrate(runs[scenario], data[scenario]),
    time: (scenario, count) => timeOf(runs[scenario], data[scenario], count),
  }
  process.on('message', ({ question, scenario, count }) => {
    process.send(answers[question](scenario, count))
  })
}
