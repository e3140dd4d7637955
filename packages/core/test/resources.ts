import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How often the client leaves in a test of leaks; `ABORTS=10000` for a long look. */
export const ABORTS = Number(process.env['ABORTS'] ?? 300)

/** Descriptors that this process has open; 0 where the system does not say. */
export function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

/** Bytes that live after a collection: the heap, and buffers outside of it. */
export function livingBytes(): number {
  setFlagsFromString('--expose_gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Waits until something holds, for as long as a test may take. */
export async function until(holds: () => boolean, what: string, ms = 4000): Promise<void> {
  const end = performance.now() + ms
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`)
    // oxlint-disable-next-line no-await-in-loop -- it is the waiting
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
