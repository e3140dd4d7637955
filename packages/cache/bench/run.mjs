// `node packages/cache/bench/run.mjs [hits | stampede | overload] [rounds]` after `pnpm build`.
import { cpus } from 'node:os'

const [what, rounds = '9'] = process.argv.slice(2)
const options = { rounds: Number(rounds), requests: 10_000 }
const parts = ['hits', 'stampede', 'overload']

console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.version}`)
for (const part of parts) {
  if (what !== undefined && what !== part) continue
  const module = await import(`./${part}.mjs`)
  await module[part](options)
}
