import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from './client.ts'
import { sleep } from './servers.ts'

const program = fileURLToPath(new URL('store-process.fixture.mjs', import.meta.url))

/**
 * Lets four processes write one session at once, four requests each, every request another key.
 *
 * @param staleness - milliseconds after which every process sees what the others wrote.
 * @returns the keys that were answered 200 and are not in the session afterwards.
 */
export async function lostBetweenProcesses(
  kind: string,
  address: string,
  rounds: number,
  staleness = 0,
): Promise<string[]> {
  const processes = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [program, kind, address], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  try {
    const clients = await Promise.all(processes.map(clientOf))
    const lost: string[] = []
    for (let round = 0; round < rounds; round++) {
      const [first] = clients as [Client]
      const begun = first.other()
      await begun.get('/get')
      const keys = Array.from({ length: 16 }, (_, n) => `k${n}`)
      const answers = await Promise.all(
        keys.map((key, n) => (clients[n % 4] as Client).other(begun.cookies).get(`/set/${key}`)),
      )
      await sleep(staleness)
      const { text } = await (clients[round % 4] as Client).other(begun.cookies).get('/get')
      const found = JSON.parse(text) as Record<string, unknown>
      for (const [n, key] of keys.entries()) {
        if (answers[n]?.status !== 200) lost.push(`round ${round}, ${key}: ${answers[n]?.text}`)
        else if (!(key in found)) lost.push(`round ${round}, ${key}: lost`)
      }
    }
    return lost
  } finally {
    for (const each of processes) each.kill('SIGKILL')
  }
}

async function clientOf(process: ChildProcess): Promise<Client> {
  const lines = createInterface({ input: process.stdout! })
  const [port] = (await once(lines, 'line')) as [string]
  return new Client(Number(port))
}
