// What happens to a subject while clients ask, one kind of disturbance after the other, and what each
// kind cost: so that a loss has one cause.
import { Clients, exchange } from './clients.mjs'

const workers = 2

/** How often each disturbance happens. */
export const whole = { reload: 100, kill: 50, exception: 20, hung: 5, scale: 5 }
export const short = { reload: 3, kill: 3, exception: 3, hung: 1, scale: 1 }

const disturbances = {
  async reload(subject) {
    await subject.call('reload')
  },
  async kill(subject) {
    const [pid] = await subject.call('workers')
    process.kill(pid, 'SIGKILL')
    const killedAt = performance.now()
    await subject.serves(workers, pid)
    return { pid, recovery: performance.now() - killedAt }
  },
  async exception(subject) {
    const pid = await ask(subject, '/throw')
    await pause(100)
    await subject.serves(workers, pid)
    return { pid }
  },
  async hung(subject, { silence, findsHung }) {
    const pid = await ask(subject, '/hang')
    if (!findsHung) {
      // Somebody notices, after as long as our supervisor takes.
      await pause(silence)
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    }
    await subject.serves(workers, pid)
    return { pid }
  },
  async scale(subject) {
    await subject.call('scale', workers + 1)
    await subject.call('scale', workers)
  },
}

/** Runs each disturbance `times[kind]` times under load. */
export async function disturb(subject, times, settings, tell = () => {}) {
  const results = {}
  for (const [kind, number] of Object.entries(times)) {
    const clients = new Clients(subject.port)
    await pause(300)
    const notes = []
    const began = performance.now()
    for (let round = 0; round < number; round++) {
      notes.push(await disturbances[kind](subject, settings))
      await pause(100)
    }
    const seconds = (performance.now() - began) / 1000
    await clients.stop()
    await subject.rests(workers)
    results[kind] = {
      times: number,
      seconds,
      answered: clients.answered,
      counts: clients.counts,
      lost: clients.lost,
      notes: notes.filter(Boolean),
    }
    tell(kind, results[kind])
  }
  return results
}

/** The process that took a request which it does not survive; nothing when it got no answer out. */
async function ask(subject, path) {
  try {
    return Number(await exchange(subject.port, { path }))
  } catch {
    return undefined
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
