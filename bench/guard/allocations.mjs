// node --expose-gc --max-semi-space-size=1024 --min-semi-space-size=1024 allocations.mjs
//
// Prints the bytes that each app allocates per request. With young space larger than the run nothing
// is collected meanwhile, and the growth of the heap is what was allocated.
import { apps, requester } from './requests.mjs'

const REQUESTS = 2_000

const bytes = Object.entries(apps).map(([name, make]) => [name, allocated(requester(make()))])
console.log(JSON.stringify(Object.fromEntries(bytes)))

function allocated(request) {
  for (let i = 0; i < 20_000; i++) request() // until it is optimised
  const samples = Array.from({ length: 5 }, () => {
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < REQUESTS; i++) request()
    return (process.memoryUsage().heapUsed - before) / REQUESTS
  })
  return Math.min(...samples)
}
