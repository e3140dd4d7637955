// A server in a process of its own, so that its CPU can be told from the client's: run by the others here.
import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Starts `file SUBJECT`; the process tells its port, does what `ask` says and answers with CPU µs. */
export async function startServer(file, subject) {
  const child = fork(file, [subject], {
    env: { ...process.env, NODE_ENV: 'production', SERVE: subject },
  })
  const [{ port }] = await once(child, 'message')
  const ask = async (what) => {
    child.send(what)
    const [answer] = await once(child, 'message')
    return answer
  }
  return { port, ask, cpu: async () => (await ask('cpu')).cpu, stop: () => child.kill() }
}

/** The other side: answers 'cpu', and hands everything else to `act`. */
export function answerAsks(server, act = async () => {}) {
  process.on('message', async (what) => {
    const { user, system } = process.cpuUsage()
    if (what === 'cpu') process.send({ cpu: user + system, rss: process.memoryUsage.rss() })
    else process.send((await act(what)) ?? {})
  })
  server.on('listening', () => process.send({ port: server.address().port }))
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1]
}
