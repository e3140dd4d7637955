import type { BreakStatement, ContinueStatement } from 'acorn'

import type { Context } from '../contexts/context.ts'
import type { Reached } from './meet.ts'

/** A statement that `break` or `continue` can lead to, with the contexts that they carry there. */
export interface JumpTarget {
  readonly label: string | undefined
  readonly isLoop: boolean
  breaks: Reached
  continues: Reached
  /** Where the last of each stands. */
  breakAt: number
  continueAt: number
}

/** The loops, switches and labels around a statement. */
export class JumpTargets {
  private readonly targets: JumpTarget[] = []

  enter(label: string | undefined, isLoop: boolean): JumpTarget {
    const target: JumpTarget = {
      label,
      isLoop,
      breaks: undefined,
      continues: undefined,
      breakAt: 0,
      continueAt: 0,
    }
    this.targets.push(target)
    return target
  }

  leave(): void {
    this.targets.pop()
  }

  /** Carries a context to where a jump leads. */
  jump(
    { type, label, start }: BreakStatement | ContinueStatement,
    context: Context,
    meet: (a: Reached, b: Reached, word: 'break' | 'continue', first: number) => Reached,
  ): void {
    const isBreak = type === 'BreakStatement'
    // The parser has refused a jump that leads nowhere.
    const target = this.targets.findLast((each) => {
      if (label) return each.label === label.name
      return each.isLoop || (isBreak && each.label === undefined) // a switch has no label
    }) as JumpTarget
    if (isBreak) {
      target.breaks = meet(target.breaks, context, 'break', target.breakAt)
      target.breakAt = start
    } else {
      target.continues = meet(target.continues, context, 'continue', target.continueAt)
      target.continueAt = start
    }
  }
}
