// node:cluster by hand, as its documentation and the usual articles show it.
import cluster from 'node:cluster'
import { once } from 'node:events'

import { obey, until } from './commands.mjs'

/** Those that serve, and are not told to go. */
function listening() {
  return Object.values(cluster.workers).filter((each) => each.serves && !each.exitedAfterDisconnect)
}

const settings = JSON.parse(process.argv[2]) // the workers are given it, too
if (settings.share === 'none') cluster.schedulingPolicy = cluster.SCHED_NONE

async function start() {
  const worker = cluster.fork()
  await once(worker, 'listening')
  worker.serves = true
}

if (cluster.isPrimary) {
  let wished = settings.workers
  cluster.on('exit', ({ exitedAfterDisconnect }) => {
    if (!exitedAfterDisconnect) void start()
  })
  for (let each = 0; each < wished; each++) await start()
  obey({
    async reload() {
      for (const old of listening()) {
        await start()
        old.disconnect()
        await until(() => old.isDead())
      }
    },
    async scale(workers) {
      for (; wished < workers; wished++) await start()
      for (const old of listening().slice(workers)) {
        old.disconnect()
        await until(() => old.isDead())
      }
      wished = workers
    },
    workers: () => listening().map(({ process: { pid } }) => pid),
    everyone: () => Object.values(cluster.workers).map(({ process: { pid } }) => pid),
    stop() {
      wished = 0
      cluster.disconnect(() => process.exit(0))
    },
  })
} else {
  const { server } = await import('../app.mjs')
  server.listen({ port: settings.port, host: '127.0.0.1' })
}
