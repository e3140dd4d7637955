// One app under attack, in a process of its own: tells its port, and ends with its parent.
import { once } from 'node:events'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [module, folder] = process.argv.slice(2)
const { start, lacks } = await import(pathToFileURL(module))
const server = await start({
  root: path.join(folder, 'public'),
  views: path.join(folder, 'views'),
})

// The same for everyone: node's own bounds, short enough that an attack can wait for them.
server.headersTimeout = 1_000
server.requestTimeout = 1_500
if (!server.listening) await once(server, 'listening')

process.on('disconnect', () => process.exit())
process.send({ port: server.address().port, lacks })
