import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'

/** A subject in a process of its own. */
export class Subject {
  #lastId = 0

  constructor(child, port) {
    this.child = child
    this.port = port
  }

  static async start(name, settings) {
    const port = await freePort()
    const file = path.join(import.meta.dirname, 'subjects', `${name}.mjs`)
    const child = fork(file, [JSON.stringify({ ...settings, port })], {
      stdio: ['ignore', 'ignore', process.env.BENCH_DEBUG ? 'inherit' : 'ignore', 'ipc'],
    })
    const [first] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`${name} did not start: exit code ${code}`)
      }),
    ])
    if (!first.commands) throw new Error(`${name} said something else first`)
    return new Subject(child, port)
  }

  call(name, ...args) {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const listener = (message) => {
        if (message.id !== id) return
        this.child.off('message', listener)
        if (message.error === undefined) resolve(message.value)
        else reject(new Error(message.error))
      }
      this.child.on('message', listener)
      this.child.send({ id, call: name, args })
    })
  }

  /** Waits until `number` workers serve, none of them `without`. */
  async serves(number, without) {
    for (;;) {
      const pids = await this.call('workers')
      if (pids.length === number && !pids.includes(without)) return
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** Waits until nobody drains: all that there are serve. */
  async rests(number) {
    for (;;) {
      const [all, serving] = [await this.call('everyone'), await this.call('workers')]
      if (all.length === number && serving.length === number) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async stop() {
    const gone = once(this.child, 'exit')
    this.call('stop').catch(() => {})
    await gone
  }

  /** How many descriptors the supervisor has open. */
  descriptors() {
    return readdirSync(`/proc/${this.child.pid}/fd`).length
  }

  /** The time on a core that the supervisor has used; milliseconds. */
  cpu() {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  }

  /** Its children that have ended, and that nobody has asked about. */
  zombies() {
    return processes().filter(({ parent, state }) => parent === this.child.pid && state === 'Z')
  }
}

/** All processes, as Linux tells of them. */
export function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
        return [{ pid: Number(pid), parent: Number(parent), state }]
      } catch {
        return [] // it has ended meanwhile
      }
    })
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
