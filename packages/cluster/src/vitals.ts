import { monitorEventLoopDelay } from 'node:perf_hooks'

import { tell } from './channel.ts'
import type { ConnectionWatch } from './connection-watch.ts'

const beatEvery = 1000

/** Tells the supervisor each second that we live, and how. */
export function beat(watch: ConnectionWatch): void {
  const loop = monitorEventLoopDelay({ resolution: 20 })
  loop.enable()
  setInterval(() => {
    const loopDelay = loop.count > 0 ? loop.max / 1e6 : 0
    loop.reset()
    tell({
      type: 'beat',
      vitals: {
        requests: watch.requests,
        connections: watch.sockets.size,
        p99: watch.takeP99(),
        loopDelay,
        memory: process.memoryUsage.rss(),
      },
    })
  }, beatEvery).unref()
}
