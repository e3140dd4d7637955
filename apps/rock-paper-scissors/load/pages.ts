import { Agent, get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

import type { Latencies } from './latencies.ts'

/** What people look at, and programs ask for. */
const PAGES = ['/', '/leaderboard', '/game?action=rock', '/api']

/**
 * Asks for so many pages a second, whether those before were answered or not, and gives what failed. A time
 * counts from when a page was due, so that waiting is not hidden.
 */
export async function askForPages(
  url: string,
  rate: number,
  end: number,
  latencies: Latencies,
): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 })
  const failures: string[] = []
  const begin = performance.now()
  const answers: Promise<void>[] = []
  for (let index = 0; Date.now() < end; index += 1) {
    const due = begin + (index * 1000) / rate
    // oxlint-disable-next-line no-await-in-loop -- each in its time
    if (due > performance.now()) await pause(due - performance.now())
    const page = PAGES[index % PAGES.length] ?? '/'
    answers.push(
      read(url + page, agent).then(
        () => latencies.add(performance.now() - due),
        (error: Error) => void failures.push(`${page}: ${error.message}`),
      ),
    )
  }
  await Promise.all(answers)
  agent.destroy()
  return failures
}

/** Resolves when the answer was read to its end, and it is a 200. */
function read(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { Accept: 'text/html' } }, (res) => {
      res.resume()
      res.once('error', reject)
      res.once('end', () => {
        if (res.statusCode === 200) resolve()
        else reject(new Error(`status ${res.statusCode}`))
      })
    }).once('error', reject)
  })
}
