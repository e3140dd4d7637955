import { monitorEventLoopDelay } from 'node:perf_hooks'

import { tell } from '../wire/channel.ts'
import type { ConnectionWatch } from '../drain/connection-watch.ts'

const beatEvery = 1000

/** Tells the supervisor each second that we live, and how. */
export function beat(watches: () => readonly ConnectionWatch[]): void {
  const loop = monitorEventLoopDelay({ resolution: 20 })
  loop.enable()
  setInterval(() => {
    const loopDelay = loop.count > 0 ? loop.max / 1e6 : 0
    loop.reset()
    tell({
      type: 'beat',
      vitals: {
        requests: sum(watches(), ({ requests }) => requests),
        connections: sum(watches(), ({ sockets }) => sockets.size),
        p99: Math.max(0, ...watches().map((watch) => watch.takeP99())),
        loopDelay,
        memory: process.memoryUsage.rss(),
      },
    })
  }, beatEvery).unref()
}

function sum(
  watches: readonly ConnectionWatch[],
  count: (watch: ConnectionWatch) => number,
): number {
  return watches.reduce((total, watch) => total + count(watch), 0)
}
