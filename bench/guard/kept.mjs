// node --expose-gc --no-opt --single-threaded --max-semi-space-size=4 --min-semi-space-size=4 kept.mjs
//
// Prints the bytes of each app's requests that reach the old generation, per request. There they
// stay until the next full collection, although nobody has them any more.
import { getHeapSpaceStatistics } from 'node:v8'

import { apps, requester } from './requests.mjs'

const REQUESTS = 4_000

const bytes = Object.entries(apps).map(([name, make]) => [name, kept(requester(make()))])
console.log(JSON.stringify(Object.fromEntries(bytes)))

function kept(request) {
  for (let i = 0; i < REQUESTS; i++) request()
  globalThis.gc()
  const before = oldGeneration()
  for (let i = 0; i < REQUESTS; i++) request()
  return (oldGeneration() - before) / REQUESTS
}

function oldGeneration() {
  const { space_used_size: size } = getHeapSpaceStatistics().find(
    ({ space_name: name }) => name === 'old_space',
  )
  return size
}
