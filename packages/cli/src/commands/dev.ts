import type { Arguments, Command } from '../command.ts'
import { DevServer } from '../dev/dev-server.ts'
import { findEntry } from '../program/entry.ts'
import { paintFor } from '../terminal/paint.ts'

export const dev: Command = {
  summary: 'run an application while it is being written',
  help: `Usage: tokkyu dev [entry] [options] [-- arguments of the entry]

  --watch <paths>     further files and folders, with commas between; a change restarts

Restarts when a module changes that was loaded, package.json, or .env; requests wait meanwhile.
Open pages read themselves again, also when a template or an asset changes. rs and Enter restart by
hand. The entry is found as by tokkyu routes.`,
  options: { watch: { type: 'string' } },
  async run({ values, positionals }: Arguments): Promise<number> {
    const [given, ...args] = positionals
    const { watch } = values
    const server = new DevServer({
      entry: findEntry(given),
      args,
      watch: typeof watch === 'string' ? watch.split(',') : [],
      print: (line) => console.log(line),
      paint: paintFor(process.stdout),
    })
    const stopped = untilStopped(server)
    await server.start()
    const { stdin } = process
    if (stdin.isTTY)
      stdin.on('data', (text) => {
        if (String(text).trim() === 'rs') server.restart('by hand')
      })
    const code = await stopped
    stdin.destroy()
    return code
  },
}

/** A signal ends the application gently, a second one at once. */
function untilStopped(server: DevServer): Promise<number> {
  return new Promise((resolve) => {
    let isAsked = false
    const stop = (): void => {
      if (isAsked) {
        server.kill()
        resolve(130)
        return
      }
      isAsked = true
      void server.stop().then(() => resolve(0))
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    process.on('SIGHUP', stop)
  })
}
