// Processes that take turns, so that what else the machine does hits all of them.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Starts `file` of this folder with these arguments; it says `{ ready: … }` when it is. */
export async function start(file, ...args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args)
  // Who waits for it would wait for ever.
  child.once('exit', (code) => code && process.exit(code))
  const [{ ready }] = await once(child, 'message')
  return { child, ready, ask: (what) => (child.send(what), answerOf(child)) }
}

const answerOf = async (child) => (await once(child, 'message'))[0]

/** A Redis server of its own; ended by `stop`. */
export async function startRedis() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tokkyu-bench-'))
  const socket = path.join(folder, 'redis.sock')
  const options = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '']
  const server = spawn('redis-server', options, { stdio: 'ignore' })
  while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 20))
  const stop = async () => {
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  return { socket, stop }
}

/** Asks `count` times for `/` over so many connections, one after the other on each; gives the last answer. */
export async function load(port, count, connections) {
  let last = ''
  const share = Math.ceil(count / connections)
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1').setNoDelay()
      const request = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'
      let left = share
      let text = ''
      socket.on('error', reject)
      socket.on('connect', () => socket.write(request))
      socket.on('data', (chunk) => {
        text += chunk.latin1Slice()
        const end = text.indexOf('\r\n\r\n')
        if (end === -1) return
        const length = Number(/content-length: (\d+)/i.exec(text)[1])
        if (text.length < end + 4 + length) return
        last = text
        text = ''
        if (--left > 0) socket.write(request)
        else socket.end(resolve)
      })
    })
  await Promise.all(Array.from({ length: connections }, one))
  return last
}

export const median = (values) => quantile(values, 0.5)

export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
