import type { AwakeClock } from '../crew/awake-clock.ts'
import type { Crew } from '../crew/crew.ts'
import type { Member } from '../crew/member.ts'
import { examine, type Finding, type RecycleLimits } from '../crew/recycle-policy.ts'

/** What the supervisor does for it. */
interface Means {
  /** Starts one more worker at `slot`. Why it did not get ready; or nothing. */
  readonly renew: (slot: number) => Promise<string | undefined>
  readonly retire: (member: Member, reason: string) => Promise<void>
  /** Does `operation` when no reload, change of scale or other replacement is under way. */
  readonly inTurn: (operation: () => Promise<void>) => void
  readonly found: (member: Member, reason: string) => void
}

/** Finds workers that are stuck, too large or too slow, and has them replaced one at a time. */
export class Recycler {
  private readonly limits: RecycleLimits
  private readonly retryAfter: number
  private readonly crew: Crew
  private readonly clock: AwakeClock
  private readonly means: Means
  private readonly found = new Set<Member>()

  /** @param retryAfter - how long one whose successor did not get ready is left alone; milliseconds. */
  constructor(
    limits: RecycleLimits,
    retryAfter: number,
    crew: Crew,
    clock: AwakeClock,
    means: Means,
  ) {
    this.limits = limits
    this.retryAfter = retryAfter
    this.crew = crew
    this.clock = clock
    this.means = means
  }

  examine(): void {
    for (const member of this.crew.members) {
      const finding = this.finding(member)
      if (!finding) continue
      // Its successor serves already: whatever hangs in it is lost, and others wait for its end.
      if (member.state === 'draining' && finding.stuck) member.kill(finding.reason)
      if (member.state !== 'ready' || this.found.has(member)) continue
      this.found.add(member)
      this.means.found(member, finding.reason)
      this.means.inTurn(() => this.replace(member))
    }
  }

  leave(member: Member): void {
    this.found.delete(member)
  }

  /**
   * Replaces `member`, the successor first. Were all of them silent because the machine has no time for
   * them, nobody would be left otherwise.
   */
  private async replace(member: Member): Promise<void> {
    const finding = this.finding(member)
    if (!finding || member.state !== 'ready') {
      this.found.delete(member) // it is well again, or goes already
      return
    }
    const failure = await this.means.renew(member.slot)
    const now = this.finding(member)
    if (now?.stuck) await this.crew.kill(member, now.reason)
    else if (failure === undefined) await this.means.retire(member, finding.reason)
    else this.clock.after(this.retryAfter, () => this.found.delete(member))
  }

  private finding(member: Member): Finding | undefined {
    return examine(member, this.limits, this.clock.now())
  }
}
