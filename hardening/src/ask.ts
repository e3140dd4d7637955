import type { Attack, Conversation } from './attack.ts'
import { converse, type Target } from './converse.ts'
import { faultsOf, isSilent } from './judge.ts'
import { Probe } from './probe.ts'

export type Verdict = 'right' | 'wrong' | 'crash' | 'hang'

/** How a server stood an attack. */
export interface Outcome {
  readonly verdict: Verdict
  /** What was wrong, in words. */
  readonly faults: readonly string[]
  /** The longest that an honest client waited meanwhile, in milliseconds; Infinity: in vain. */
  readonly honest: number
}

/** Bounds of a run, in milliseconds. */
export interface Bounds {
  /** What an honest client may have to wait for an answer while the attack runs. */
  readonly honest: number
  /** What each attack's own bound is multiplied with, for machines under load. */
  readonly patience: number
}

/** Milliseconds until a conversation must be over when the attack does not say. */
const WITHIN = 1_000
/** After so many milliseconds an honest answer counts as not given. */
const GIVEN_UP = 5_000

/**
 * Runs one attack, with an honest client beside it, and judges what was seen.
 *
 * - `crash`: no connection is taken any more.
 * - `hang`: no answer within the bound of the attack, or an honest client that waited too long.
 * - `wrong`: anything else that is not as the rule asks.
 */
export async function ask(target: Target, attack: Attack, bounds: Bounds): Promise<Outcome> {
  const probe = new Probe(target, GIVEN_UP)
  probe.start()
  const seen = await talk(target, attack, bounds)
  const honest = await probe.stop()
  if (seen === undefined || (honest === Infinity && !(await takesConnections(target))))
    return { verdict: 'crash', faults: ['no connection is taken any more'], honest: Infinity }
  const faults = [...new Set(seen.flatMap((each) => faultsOf(each, attack.expect)))]
  if (honest > bounds.honest)
    return { verdict: 'hang', faults: [...faults, waited(honest)], honest }
  if (seen.some((each) => isSilent(each, attack.expect)))
    return { verdict: 'hang', faults: [...faults, 'no answer within the bound'], honest }
  return { verdict: faults.length === 0 ? 'right' : 'wrong', faults, honest }
}

async function talk(
  target: Target,
  attack: Attack,
  { patience }: Bounds,
): Promise<Conversation[] | undefined> {
  try {
    return await converse(target, attack, (attack.within ?? WITHIN) * patience)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return undefined
    throw error
  }
}

async function takesConnections(target: Target): Promise<boolean> {
  const probe = new Probe(target, GIVEN_UP)
  probe.start()
  return (await probe.stop()) !== Infinity
}

function waited(ms: number): string {
  return ms === Infinity
    ? 'an honest client got no answer'
    : `an honest client waited ${Math.round(ms)} ms`
}
