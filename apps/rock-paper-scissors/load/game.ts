import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { RedisServer } from '../test/redis-server.ts'

const MAIN = path.resolve(import.meta.dirname, '../dist/server/main.js')

/** A game that is served on this machine until `stop`. */
export interface RunningGame {
  readonly url: string
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
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      await redis?.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
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
