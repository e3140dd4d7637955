// A server with an upload in it, to be stopped. Loads what is published, so `tsc -b` comes first.
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import upload from '@tokkyu/upload'

const [dest, mode] = process.argv.slice(2)
const middlewares = [upload({ dest }).any()]
if (mode === 'two-copies') middlewares.push(anotherCopy()({ dest }).any())
const server = createServer((req, res) => {
  middlewares[Number(req.url.slice(1))](req, res, () => res.end())
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))

process.on('message', async () => {
  if (mode !== 'count-listeners') process.exit(3)
  const during = process.listenerCount('SIGTERM')
  server.closeAllConnections()
  await wait(200)
  process.exit(during === 1 && process.listenerCount('SIGTERM') === 0 ? 0 : 1)
})

if (mode === 'graceful') {
  process.on('SIGTERM', async () => {
    await wait(50)
    process.exit(4)
  })
}

function anotherCopy() {
  const require = createRequire(import.meta.url)
  for (const file of Object.keys(require.cache)) delete require.cache[file]
  return require('@tokkyu/upload')
}
