// Plays many duels at once and asks for pages meanwhile, on this machine alone, and says what was lost and how long it
// took. The game is one that is started here: with REDIS_URL, or a redis-server of its own, two processes.
//
//   node apps/rock-paper-scissors/load/run.mjs [--duels 500] [--pages 200] [--seconds 30] [--workers 2]
//
// `pnpm build` comes first.
import { register } from 'tsx/esm/api'

register()
await import('./run.ts')
