import type { AnyNode, IfStatement, SwitchCase, SwitchStatement, TryStatement } from 'acorn'

import type { JumpTarget } from './jump-targets.ts'
import type { Meeting } from './meet.ts'

// Where two ways through a template meet, by the statement that parts them, and what the author is
// told when they do not end in the same place of the page.

export function ofIf({ start, consequent, alternate }: IfStatement): Meeting {
  return {
    at: start,
    endOfFirst: consequent.end,
    endOfSecond: alternate?.end ?? start,
    rule: alternate
      ? 'Both branches of an `if` must end in the same place of the page'
      : 'An `if` without `else` must end where it began',
  }
}

export function ofLoop({ start }: AnyNode, body: AnyNode): Meeting {
  const rule = 'A loop must end its body where it began it'
  return { at: start, endOfFirst: start, endOfSecond: body.end, rule }
}

export function ofContinue({ continueAt }: JumpTarget, { end }: AnyNode): Meeting {
  const rule = 'A `continue` must stand in the place where the body of its loop ends'
  return { at: continueAt, endOfFirst: end, endOfSecond: continueAt, rule }
}

export function ofBreak({ breakAt }: JumpTarget, { end }: AnyNode): Meeting {
  const rule = 'A `break` must stand in the place where what it leaves ends'
  return { at: breakAt, endOfFirst: end, endOfSecond: breakAt, rule }
}

export function ofReturn(at: number, end: number): Meeting {
  const rule = 'A `return` must stand in the place where the template or function ends'
  return { at, endOfFirst: end, endOfSecond: at, rule }
}

/** Two jumps of one kind to one place. */
export function ofJumps(word: 'break' | 'continue' | 'return', first: number, at: number): Meeting {
  const rule = `Each \`${word}\` must stand in the same place of the page`
  return { at, endOfFirst: first, endOfSecond: at, rule }
}

export function ofCase({ start }: SwitchStatement, next: SwitchCase): Meeting {
  const rule = 'A `case` that runs into the next one must end where the `switch` began'
  return { at: next.start, endOfFirst: start, endOfSecond: next.start, rule }
}

export function ofSwitch({ start, end }: SwitchStatement): Meeting {
  const rule = 'A `switch` without `default` must end where it began'
  return { at: start, endOfFirst: end, endOfSecond: start, rule }
}

export function ofTry({ start, end, block, handler }: TryStatement): Meeting {
  const rule = 'A `try` and its `catch` must end in the same place of the page'
  return { at: start, endOfFirst: block.end, endOfSecond: handler?.end ?? end, rule }
}

export function ofFunction({ start, end }: AnyNode): Meeting {
  const rule = 'A function must end printing where it began'
  return { at: start, endOfFirst: end, endOfSecond: start, rule }
}
