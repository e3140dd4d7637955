// One subject, one scenario, one process: prints its port, and tells its CPU time and memory when asked.
import { once } from 'node:events'

const [subject, scenario] = process.argv.slice(2)
const { apps } = await import(`./subjects/${subject}.mjs`)
const app = await apps[scenario]()
const server = app.listen(0, '127.0.0.1', () => {})
if (!server.listening) await once(server, 'listening')

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const { maxRSS } = process.resourceUsage()
  process.send({ cpu: user + system, rss: process.memoryUsage.rss(), peak: maxRSS * 1024 })
})
process.on('disconnect', () => process.exit())
process.send({ port: server.address().port })
