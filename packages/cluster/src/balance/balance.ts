import { createHash } from 'node:crypto'

/**
 * How connections are shared out.
 *
 * - `least-connections`: to the worker that holds the fewest.
 * - `round-robin`: in turn.
 * - `{ sticky: 'address' }`: the same client address, the same worker.
 * - `{ sticky: 'cookie', name }`, `{ sticky: 'header', name }`: by what the first request of the
 *   connection says; without it, by address. Not for TLS that ends in the worker.
 */
export type Balance =
  | 'least-connections'
  | 'round-robin'
  | { readonly sticky: 'address' }
  | { readonly sticky: 'cookie' | 'header'; readonly name: string }

export interface Candidate {
  /** The place it fills; its successor fills the same one, so that sticky clients stay. */
  readonly slot: number
  readonly connections: number
  /** Whether it has taken what it was given last. */
  readonly free: boolean
}

/** One who is free; the fewest connections first, among equals the one after the last. */
export function pickFree<Each extends Candidate>(
  candidates: readonly Each[],
  balance: Balance,
  lastSlot: number,
): Each | undefined {
  const free = candidates.filter((each) => each.free).toSorted((a, b) => a.slot - b.slot)
  const turned = [
    ...free.filter(({ slot }) => slot > lastSlot),
    ...free.filter(({ slot }) => slot <= lastSlot),
  ]
  if (balance !== 'least-connections') return turned[0]
  let best = turned[0]
  for (const each of turned) if (best && each.connections < best.connections) best = each
  return best
}

/**
 * The one for `key`, by rendezvous hashing: when a place appears or vanishes, only the keys of that
 * place move.
 */
export function pickSticky<Each extends Candidate>(
  candidates: readonly Each[],
  key: string,
): Each | undefined {
  let best: Each | undefined
  let most = -1
  for (const each of candidates) {
    const score = createHash('sha1').update(`${each.slot}:${key}`).digest().readUInt32BE(0)
    if (score > most) [best, most] = [each, score]
  }
  return best
}

/** What a request's head says under the name that `balance` asks for. */
export function stickyKey(head: string, balance: Balance): string | undefined {
  if (typeof balance !== 'object' || balance.sticky === 'address') return undefined
  const wanted = balance.sticky === 'cookie' ? 'cookie' : balance.name.toLowerCase()
  const values = head
    .split('\r\n')
    .slice(1)
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
    .filter(([name]) => name?.toLowerCase() === wanted)
    .map(([, value]) => value ?? '')
  if (balance.sticky === 'header') return values[0]
  return values
    .flatMap((value) => value.split(';'))
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${balance.name}=`))
    ?.slice(balance.name.length + 1)
}
