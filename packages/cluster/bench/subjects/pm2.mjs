// pm2 in its cluster mode with `--wait-ready`, and an app that closes its server on SIGINT, as its
// documentation asks. Its daemon and files live in a folder of this run.
import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { obey, until } from './commands.mjs'

const settings = JSON.parse(process.argv[2])
const env = {
  ...process.env,
  PM2_HOME: mkdtempSync(path.join(tmpdir(), 'bench-pm2-')),
  PORT: String(settings.port),
}
delete env.NODE_CHANNEL_FD // the daemon must not take our channel for its own
const pm2 = async (...args) =>
  (await promisify(execFile)(settings.pm2, args, { env, maxBuffer: 2 ** 26 })).stdout
const list = async () => {
  const text = await pm2('jlist')
  return JSON.parse(text.slice(text.indexOf('['))).filter(({ name }) => name === 'bench')
}
const online = async () =>
  (await list()).filter(({ pm2_env }) => pm2_env.status === 'online').map(({ pid }) => pid)

const app = path.join(import.meta.dirname, 'pm2-worker.mjs')
await pm2('start', app, '--name', 'bench', '-i', String(settings.workers), '--wait-ready')
await until(async () => (await online()).length === settings.workers, 200)

obey({
  reload: async () => void (await pm2('reload', 'bench')),
  scale: async (workers) => {
    await pm2('scale', 'bench', String(workers)).catch(() => {})
    await until(async () => (await online()).length === workers, 200)
  },
  workers: online,
  everyone: async () => (await list()).map(({ pid }) => pid),
  async stop() {
    await pm2('kill')
    process.exit(0)
  },
})
