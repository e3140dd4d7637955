import type { Member } from '../crew/member.ts'

const patience = 1000

interface Round {
  readonly missing: Set<Member>
  readonly metrics: unknown[]
  readonly done: () => void
}

/** Asks all workers for their metrics, and waits for those that answer in time. */
export class Gathering {
  private readonly rounds = new Map<number, Round>()
  private lastRound = 0

  start(members: readonly Member[]): Promise<unknown[]> {
    const id = ++this.lastRound
    const asked = members.filter(({ state }) => state === 'ready' || state === 'draining')
    return new Promise((resolve) => {
      const metrics: unknown[] = []
      const done = (): void => {
        clearTimeout(timer)
        this.rounds.delete(id)
        resolve(metrics)
      }
      const timer = setTimeout(done, patience)
      this.rounds.set(id, { missing: new Set(asked), metrics, done })
      for (const member of asked) member.send({ type: 'measure', id })
    })
  }

  take(id: number, member: Member, metrics: unknown): void {
    const round = this.rounds.get(id)
    if (!round?.missing.delete(member)) return
    if (metrics !== undefined) round.metrics.push(metrics)
    if (round.missing.size === 0) round.done()
  }

  leave(member: Member): void {
    for (const id of this.rounds.keys()) this.take(id, member, undefined)
  }
}
