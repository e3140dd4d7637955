import type { AnyNode, AwaitExpression, BlockStatement, ForOfStatement } from 'acorn'

import type { Template } from './analyse.ts'
import { printsIn } from './structure.ts'
import { eachChild, isFunction } from './walk.ts'

/** Where a template, at its own level, can be left and gone on with later. */
export interface Suspensions {
  readonly awaits: readonly AwaitExpression[]
  /** `for await`, each with where it begins, its labels included. */
  readonly waitingLoops: readonly WaitingLoop[]
  /** The bodies of loops that print. */
  readonly loopBodies: readonly BlockStatement[]
  /** Whether there is any such place. */
  readonly isSomewhere: boolean
  /** Whether its JavaScript has a name that means something else where it can be left. */
  readonly namesYield: boolean
}

interface WaitingLoop {
  readonly loop: ForOfStatement
  readonly start: number
}

/** Finds them all. What stands in functions of the template is theirs: they cannot be left half done. */
export function suspensionsOf({ program, nodes }: Template): Suspensions {
  const awaits: AwaitExpression[] = []
  const waitingLoops: WaitingLoop[] = []
  const loopBodies: BlockStatement[] = []
  let namesYield = false
  const visit = (node: AnyNode, depth: number, statementStart: number): void => {
    if (node.type === 'Identifier' && node.name === 'yield') namesYield = true
    if (depth === 0) {
      if (node.type === 'AwaitExpression') awaits.push(node)
      if (node.type === 'ForOfStatement' && node.await) {
        waitingLoops.push({ loop: node, start: statementStart })
      }
      if (isLoop(node) && node.body.type === 'BlockStatement' && printsIn(nodes, node.body)) {
        loopBodies.push(node.body)
      }
    }
    const inner = isFunction(node) || node.type === 'ClassBody' ? depth + 1 : depth
    // The labels before a loop begin what stands for it.
    eachChild(node, (child) =>
      visit(child, inner, node.type === 'LabeledStatement' ? statementStart : child.start),
    )
  }
  if (program) for (const statement of program.body) visit(statement, 0, statement.start)
  const isSomewhere = awaits.length + waitingLoops.length + loopBodies.length > 0
  return { awaits, waitingLoops, loopBodies, isSomewhere, namesYield }
}

type Loop = Extract<
  AnyNode,
  {
    type:
      | 'ForStatement'
      | 'ForInStatement'
      | 'ForOfStatement'
      | 'WhileStatement'
      | 'DoWhileStatement'
  }
>

function isLoop(node: AnyNode): node is Loop {
  switch (node.type) {
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return true
    default:
      return false
  }
}
