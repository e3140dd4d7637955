// The figures of the stores: rates, bytes, and whether look-ups stay flat.

const cookie = () => ({
  originalMaxAge: 3_600_000,
  expires: new Date(Date.now() + 3_600_000),
  path: '/',
  httpOnly: true,
})
const session = (n) => ({ cookie: cookie(), user: `user-${n}`, n, roles: ['reader'] })

const WRITERS = 512

export async function fileStoreRates(store) {
  const writes = WRITERS * 100
  const write = async (writer) => {
    for (let n = 0; n < writes / WRITERS; n++) await store.set(`${writer}-${n % 50}`, session(n))
  }
  const before = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
  const seconds = (performance.now() - before) / 1000
  const { user, system } = process.cpuUsage(cpu)
  await store.close()
  return {
    'writes/s': Math.round(writes / seconds),
    'CPU µs a write': Math.round(((user + system) / writes) * 10) / 10,
  }
}

export function memoryPerSession(MemoryStore) {
  const table = {}
  for (const count of [10_000, 100_000, 1_000_000]) {
    globalThis.gc?.()
    const before = process.memoryUsage()
    const store = new MemoryStore({ max: count })
    for (let n = 0; n < count; n++) {
      store.set(`abcdefghijklmnopqrstuvwx${n}`, session(n), () => {}, { direct: true })
    }
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    const bytes = heapUsed + external - before.heapUsed - before.external
    table[`${count.toLocaleString('en')} sessions`] = {
      'bytes a session': Math.round(bytes / count),
      'read, ns': readTime(store, count),
    }
  }
  return table
}

function readTime(store, count) {
  const reads = 200_000
  const before = process.cpuUsage()
  for (let n = 0; n < reads; n++) {
    store.get(`abcdefghijklmnopqrstuvwx${(n * 7919) % count}`, () => {}, { direct: true })
  }
  const { user, system } = process.cpuUsage(before)
  return Math.round(((user + system) * 1000) / reads)
}
