// Which entries should a full store forget? Replays traces against LRU (the lru-cache package), S3-FIFO
// and W-TinyLFU, all bounded in bytes, and prints hit ratios and the cost of one request.
// The last two are written here only to be weighed: docs/decisions/021-cache.md says what came of it.
import { LRUCache } from 'lru-cache'

const REQUESTS = Number(process.argv[2] ?? 400_000)

/** A generator of numbers in [0, 1) that gives the same ones on each run (mulberry32). */
function randoms(seed) {
  return () => {
    seed = (seed + 0x6d_2b_79_f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Ranks by Zipf's law: what a site's pages are asked for follows it, with `s` from 0.6 to 1. */
function zipf(count, s, random) {
  const sums = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) sums[rank] = sum += (rank + 1) ** -s
  return () => {
    const wanted = random() * sum
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle] < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

const KEYS = 100_000
const traces = {
  'zipf 0.8': (random) => zipf(KEYS, 0.8, random),
  'zipf 1.0': (random) => zipf(KEYS, 1, random),
  // One request in three is a crawler's, which asks for every page once.
  'zipf 0.9 + crawler': (random) => {
    const next = zipf(KEYS, 0.9, random)
    let page = 0
    return () => (random() < 1 / 3 ? page++ % KEYS : next())
  },
  // The pages that are asked for most change all the time, as news do.
  'zipf 0.9, drifting': (random) => {
    const next = zipf(KEYS, 0.9, random)
    let asked = 0
    return () => (next() + Math.floor(asked++ / 20)) % KEYS
  },
}

/** The size of a page: 1 to 64 KiB, small ones more often. */
const sizeOf = (key) => 1024 * Math.ceil(64 ** randoms(key * 7919 + 1)())
const sizes = Int32Array.from({ length: KEYS }, (_, key) => sizeOf(key))
const total = sizes.reduce((sum, size) => sum + size, 0)

function lru(capacity) {
  const kept = new LRUCache({ maxSize: capacity, sizeCalculation: (size) => size })
  return (key, size) => kept.get(key) !== undefined || (kept.set(key, size), false)
}

/** Maps keep the order in which keys were put in: the first is the oldest. */
const first = (map) => map.entries().next().value
const oldest = (map) => map.keys().next().value

/** Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023. */
function s3fifo(capacity) {
  const [small, main, ghost] = [new Map(), new Map(), new Map()]
  let [smallBytes, mainBytes, ghostBytes] = [0, 0, 0]
  const toGhost = (key, size) => {
    ghost.set(key, size)
    ghostBytes += size
    while (ghostBytes > capacity * 0.9) {
      const [old, bytes] = first(ghost)
      ghost.delete(old)
      ghostBytes -= bytes
    }
  }
  const toMain = (key, entry) => {
    main.set(key, entry)
    mainBytes += entry.size
  }
  const isOverfull = () => smallBytes + mainBytes > capacity
  const makeRoom = () => {
    while (isOverfull()) evictOne()
  }
  const evictOne = () => {
    if (smallBytes > capacity * 0.1 || main.size === 0) {
      const [key, entry] = first(small)
      small.delete(key)
      smallBytes -= entry.size
      if (entry.uses > 1) toMain(key, { size: entry.size, uses: 0 })
      else toGhost(key, entry.size)
      return
    }
    const [key, entry] = first(main)
    main.delete(key)
    if (entry.uses > 0) {
      entry.uses--
      main.set(key, entry)
    } else mainBytes -= entry.size
  }
  return (key, size) => {
    const entry = small.get(key) ?? main.get(key)
    if (entry) {
      if (entry.uses < 3) entry.uses++
      return true
    }
    if (ghost.has(key)) {
      ghostBytes -= ghost.get(key)
      ghost.delete(key)
      toMain(key, { size, uses: 0 })
    } else {
      small.set(key, { size, uses: 0 })
      smallBytes += size
    }
    makeRoom()
    return false
  }
}

/** Einziger et al., "TinyLFU", ACM TOS 2017: a window of 1 %, then the more frequent of two stays. */
function tinyLfu(capacity) {
  const [window, probation, safe] = [new Map(), new Map(), new Map()]
  const bytes = new Map([window, probation, safe].map((map) => [map, 0]))
  const [width, rows] = [2 ** 17, 4]
  const counts = new Uint8Array(width * rows)
  let counted = 0
  const cell = (key, row) =>
    (Math.imul(key + 1, 0x9e_37_79_b1 + row * 0x85_eb_ca_6a) >>> 15) + row * width
  const frequency = (key) => Math.min(...[0, 1, 2, 3].map((row) => counts[cell(key, row)]))
  const count = (key) => {
    for (let row = 0; row < rows; row++) if (counts[cell(key, row)] < 15) counts[cell(key, row)]++
    if (++counted % (KEYS * 10) === 0) for (const at of counts.keys()) counts[at] >>= 1
  }
  const put = (map, key, size) => (map.set(key, size), bytes.set(map, bytes.get(map) + size))
  const take = (map, key) => {
    const size = map.get(key)
    map.delete(key)
    bytes.set(map, bytes.get(map) - size)
    return size
  }
  return (key, size) => {
    count(key)
    for (const map of [window, probation, safe]) {
      if (!map.has(key)) continue
      put(map === window ? window : safe, key, take(map, key))
      while (bytes.get(safe) > capacity * 0.79)
        put(probation, oldest(safe), take(safe, oldest(safe)))
      return true
    }
    put(window, key, size)
    while (bytes.get(window) > Math.max(capacity * 0.01, size)) {
      const candidate = oldest(window)
      put(probation, candidate, take(window, candidate))
      while (bytes.get(probation) + bytes.get(safe) > capacity * 0.99) {
        const victim = oldest(probation) ?? oldest(safe)
        const from = probation.has(victim) ? probation : safe
        const loser =
          probation.has(candidate) &&
          victim !== candidate &&
          frequency(candidate) <= frequency(victim)
            ? candidate
            : victim
        take(loser === candidate ? probation : from, loser)
      }
    }
    return false
  }
}

const policies = { lru, s3fifo, tinyLfu }
console.log(
  `node ${process.version}, ${REQUESTS} requests, ${KEYS} pages of ${(total / 2 ** 20).toFixed(0)} MiB`,
)
for (const [name, make] of Object.entries(traces)) {
  for (const share of [0.01, 0.1]) {
    const cells = Object.entries(policies).map(([policy, create]) => {
      const next = make(randoms(7))
      const keys = Int32Array.from({ length: REQUESTS }, next)
      const request = create(Math.floor(total * share))
      let hits = 0
      const before = process.cpuUsage()
      for (const key of keys) if (request(key, sizes[key])) hits++
      const { user, system } = process.cpuUsage(before)
      const cost = ((user + system) * 1000) / REQUESTS
      return `${policy} ${((100 * hits) / REQUESTS).toFixed(1)} % ${cost.toFixed(0)} ns`
    })
    console.log(
      `${name.padEnd(20)} ${String(share * 100).padStart(2)} % of the bytes:  ${cells.join('   ')}`,
    )
  }
}
