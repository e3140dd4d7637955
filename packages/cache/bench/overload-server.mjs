// Serves from a database that does 10 things at once in 20 ms each, 500 in a second. More at once share the same
// power, and each of them costs all others half a per cent.
import { createServer } from 'node:http'
import { limitConcurrency } from '@tokkyu/cache'

const subjects = {
  'without a limit': (_req, _res, next) => next(),
  'with { max: 12 }': limitConcurrency({ max: 12, queue: 24, timeout: 100 }),
  'adaptive, { max: 400, latency: 30 }': limitConcurrency({
    max: 400,
    queue: 24,
    timeout: 100,
    adaptive: { latency: 30 },
  }),
}
const limited = subjects[process.argv[2]]

let inside = 0
let refusals = []
const server = createServer((req, res) => {
  const begun = performance.now()
  let isServed = false
  limited(req, res, () => {
    isServed = true
    const time = 20 * Math.max(1, ++inside / 10) * (1 + 0.005 * Math.max(0, inside - 10))
    setTimeout(() => {
      inside--
      res.end('row')
    }, time)
  })
  // Refused at once: it is answered before the middleware returns.
  if (!isServed && res.writableEnded) refusals.push(performance.now() - begun)
}).listen(0, '127.0.0.1', () => process.send({ ready: server.address().port }))

// A connection that is closed for being idle may be one that is just used.
server.keepAliveTimeout = 0

process.on('message', () => {
  process.send({ refusals })
  refusals = []
})
process.on('disconnect', () => process.exit())
