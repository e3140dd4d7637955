import path from 'node:path'

import { supervise } from '@tokkyu/cluster'

import { obey } from './commands.mjs'

const settings = JSON.parse(process.argv[2])
const supervisor = supervise({
  entry: path.join(import.meta.dirname, 'ours-worker.mjs'),
  workers: settings.workers,
  env: { PORT: String(settings.port) },
  linger: settings.linger,
  recycle: { silence: settings.silence },
  ...(settings.balance && { balance: settings.balance }),
  restarts: { max: 10_000, maxDelay: 100 },
})
await supervisor.ready

obey({
  reload: () => supervisor.reload(),
  scale: (workers) => supervisor.scale(workers),
  workers: () =>
    supervisor
      .status()
      .workers.filter(({ state }) => state === 'ready')
      .map(({ pid }) => pid),
  everyone: () => supervisor.status().workers.map(({ pid }) => pid),
  stop: () => void supervisor.stop(),
})
