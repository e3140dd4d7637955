import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { sendCommand, type Status } from '@tokkyu/cluster'

import { RedisServer } from '../test/redis-server.ts'

const MAIN = path.resolve(import.meta.dirname, '../dist/server/main.js')

/** A game that is served on this machine until `stop`. */
export interface RunningGame {
  readonly url: string
  /** Seconds that its processes have spent on a core; nothing where the system does not say. */
  readonly coreSeconds: () => Promise<number | undefined>
  readonly stop: () => Promise<void>
}

/** Starts what has been built: more than one worker with the Redis of `REDIS_URL`, or one of its own. */
export async function startGame(workers: string): Promise<RunningGame> {
  const folder = mkdtempSync(path.join(tmpdir(), 'game-load-'))
  const redis =
    workers === '1' || process.env['REDIS_URL'] ? undefined : await new RedisServer().start()
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: '0',
      DATA_DIR: path.join(folder, 'data'),
      RATE_LIMITS: '0',
      WORKERS: workers,
      ...(redis && { REDIS_URL: redis.url }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return {
    url: await urlOf(child, Number(workers)),
    coreSeconds: async () => {
      const control = path.join(folder, '.tokkyu.sock')
      return secondsOf(await pidsOf(child, control))
    },
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      await redis?.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The supervisor and its workers, or the one process that serves. */
async function pidsOf({ pid = 0 }: ChildProcess, control: string): Promise<number[]> {
  if (!existsSync(control)) return [pid]
  const { workers } = (await sendCommand(control, { command: 'status' })) as Status
  return [pid, ...workers.map((worker) => worker.pid)]
}

/** As Linux counts it, in hundredths, in the fields 14 and 15 of `stat`; a name before them may hold spaces. */
function secondsOf(pids: readonly number[]): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return sum + (Number(fields[11]) + Number(fields[12])) / 100
  }, 0)
}

/** Where it is served, once all of its processes have said so. */
async function urlOf(child: ChildProcess, workers: number): Promise<string> {
  let missing = workers
  let url: string | undefined
  for await (const line of createInterface(child.stdout!)) {
    url = /served at (\S+)\/$/.exec(line)?.[1] ?? url
    if (--missing === 0) break
  }
  if (url === undefined) throw new Error('the game did not start')
  child.stdout?.resume()
  return url
}
