// Loaded before a server under soak (node --import): on SIGWINCH, which nothing else uses there, it writes what the
// process holds to $SOAK_VITALS/PID.json. It opens no handle of its own that could be taken for a leak.
import { readdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
const file = path.join(process.env.SOAK_VITALS, `${process.pid}.json`)

process.on('SIGWINCH', async () => {
  // Twice, with a turn between: what a finalizer lets go is collected, too.
  collectGarbage()
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  const { heapUsed, external, rss } = process.memoryUsage()
  const resources = {}
  for (const type of process.getActiveResourcesInfo()) resources[type] = (resources[type] ?? 0) + 1
  const descriptors = readdirSync('/proc/self/fd').length
  writeFileSync(`${file}.new`, JSON.stringify({ heapUsed, external, rss, resources, descriptors }))
  renameSync(`${file}.new`, file)
})
