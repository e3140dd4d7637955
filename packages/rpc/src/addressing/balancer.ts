import { RpcOptionError } from '../errors/option-error.ts'
import { fraction } from './hash.ts'

/** A server that a call may go to. */
export interface Candidate {
  /** `host:port` or `unix:/path` */
  readonly name: string
  /** How many calls it gets next to others; above 0, and 1 where the registry says nothing. */
  readonly weight: number
  /** Calls of this client that it has not answered. */
  readonly pending: number
}

/** Chooses where a call goes. */
export interface Balancer {
  /**
   * Chooses one of the candidates; not asked where a name has a single server.
   *
   * @param candidates - at least one
   * @param key - what the call is about, when its caller says so
   */
  pick: <T extends Candidate>(candidates: readonly T[], key: string | undefined) => T
}

/** The ways to choose by name. */
export type Balance = 'round-robin' | 'least-pending' | 'hash'

/** Makes a balancer of its own for a client. */
export function balancerOf(balance: Balance): Balancer {
  if (balance === 'round-robin') return roundRobin()
  if (balance === 'least-pending') return leastPending()
  if (balance === 'hash') return byHash()
  throw new RpcOptionError('balance', `There is no way to balance named ${JSON.stringify(balance)}`)
}

/** Each in turn, as often as its weight says and evenly spread: nginx's smooth weighted round-robin. */
function roundRobin(): Balancer {
  const credits = new Map<string, number>()
  return {
    pick(candidates) {
      let best = candidates[0]!
      let bestCredit = -Infinity
      let total = 0
      for (const each of candidates) {
        const credit = (credits.get(each.name) ?? 0) + each.weight
        credits.set(each.name, credit)
        total += each.weight
        if (credit > bestCredit) [best, bestCredit] = [each, credit]
      }
      credits.set(best.name, bestCredit - total)
      if (credits.size > 2 * candidates.length) forgetOthers(credits, candidates)
      return best
    },
  }
}

function forgetOthers(credits: Map<string, number>, candidates: readonly Candidate[]): void {
  const names = new Set(candidates.map(({ name }) => name))
  for (const name of credits.keys()) if (!names.has(name)) credits.delete(name)
}

/**
 * The less busy of two that are drawn by lot. To ask all and take the least busy would send every client
 * to the same server.
 */
function leastPending(): Balancer {
  return {
    pick(candidates) {
      const one = drawn(candidates)
      const other = drawn(candidates)
      const busier = one.pending / one.weight > other.pending / other.weight
      return busier ? other : one
    },
  }
}

function drawn<T extends Candidate>(candidates: readonly T[]): T {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0)
  let left = Math.random() * total
  return candidates.find(({ weight }) => (left -= weight) < 0) ?? candidates.at(-1)!
}

/**
 * The same for the same key as long as it is there, and when it is gone only its keys move: rendezvous
 * hashing, with weights. A call without a key goes to the less busy of two.
 */
function byHash(): Balancer {
  const otherwise = leastPending()
  return {
    pick(candidates, key) {
      if (key === undefined) return otherwise.pick(candidates, key)
      let best = candidates[0]!
      let bestScore = -Infinity
      for (const each of candidates) {
        const score = -each.weight / Math.log(fraction(`${each.name}\n${key}`))
        if (score > bestScore) [best, bestScore] = [each, score]
      }
      return best
    },
  }
}
