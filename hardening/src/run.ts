import { setTimeout as sleep } from 'node:timers/promises'

import { ask, type Bounds, type Outcome } from './ask.ts'
import type { Attack, Feature } from './attack.ts'
import type { Target } from './converse.ts'

/** How a server stood an attack; `n/a` when it has nothing to attack there. */
export interface Result {
  readonly attack: Attack
  readonly outcome: Outcome | 'n/a'
}

export interface Server extends Target {
  /** What it has not, and therefore cannot be asked. */
  readonly lacks?: ReadonlySet<Feature>
  /** Starts it again if it has ended. @returns whether it had. */
  revive?(): Promise<boolean>
}

/**
 * Tries before an attack counts as failed for its time alone, and the pause before each, in
 * milliseconds: a busy machine is no fault of the server's.
 */
const TRIES = 5
const PAUSE = 300

/**
 * Asks one server everything, one attack after the other. One that ends is started again; where
 * that is impossible, the rest is not asked.
 *
 * @param note - hears of each result as it comes.
 */
export async function run(
  server: Server,
  attacks: readonly Attack[],
  bounds: Bounds,
  note: (result: Result) => void = () => {},
): Promise<Result[]> {
  const results: Result[] = []
  for (const attack of attacks) {
    const missing = attack.needs !== undefined && server.lacks?.has(attack.needs) === true
    const outcome = missing ? 'n/a' : await best(server, attack, bounds)
    results.push({ attack, outcome })
    note({ attack, outcome })
    if (outcome !== 'n/a' && outcome.verdict === 'crash' && server.revive === undefined) break
  }
  return results
}

async function best(server: Server, attack: Attack, bounds: Bounds): Promise<Outcome> {
  for (let left = TRIES; ; left--) {
    const outcome = await ask(server, attack, bounds)
    if (await server.revive?.())
      return { ...outcome, verdict: 'crash', faults: ['the process ended', ...outcome.faults] }
    if (outcome.verdict !== 'hang' || left === 1) return outcome
    await sleep(PAUSE)
  }
}
