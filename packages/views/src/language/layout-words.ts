import type { AnyNode, CallExpression, ExpressionStatement } from 'acorn'

import type { TagNode } from './ast.ts'

export type LayoutWord = 'layout' | 'block' | 'append' | 'prepend'

const WORDS: ReadonlySet<string> = new Set<LayoutWord>(['layout', 'block', 'append', 'prepend'])

/**
 * A call of `layout`, `block`, `append` or `prepend`. They are words of the language only as a
 * statement, or as all that an output tag holds; anywhere else they are names like any other.
 */
export interface WordCall {
  readonly word: LayoutWord
  readonly call: CallExpression
  /** The template's or block's name, when it is written out. */
  readonly name: string | undefined
  /** The output tag around it. */
  readonly tag: TagNode | undefined
  readonly isTopLevel: boolean
  /** Whether its content is an `async` function. */
  readonly awaits: boolean
}

export function isWord(name: string): boolean {
  return WORDS.has(name)
}

/**
 * The word that a statement is, by its place.
 *
 * @param free - where words stand that the template does not declare itself.
 * @param outputs - the tags by the start of their statement.
 */
export function wordOf(
  statement: ExpressionStatement,
  free: ReadonlySet<number>,
  outputs: ReadonlyMap<number, TagNode>,
  isTopLevel: boolean,
): WordCall | undefined {
  const call = unwrap(statement.expression)
  if (call?.type !== 'CallExpression' || call.callee.type !== 'Identifier') return undefined
  const { name: word, start } = call.callee
  if (!isWord(word) || !free.has(start)) return undefined
  const [name, content] = call.arguments
  return {
    word: word as LayoutWord,
    call,
    name: name?.type === 'Literal' && typeof name.value === 'string' ? name.value : undefined,
    tag: outputs.get(statement.start),
    isTopLevel,
    awaits:
      (content?.type === 'ArrowFunctionExpression' || content?.type === 'FunctionExpression') &&
      content.async,
  }
}

/** `block('body')`: what the page has printed, and nothing otherwise. */
export function isBodyOnly({ word, name, call }: WordCall): boolean {
  return word === 'block' && name === 'body' && call.arguments.length === 1
}

function unwrap(node: AnyNode): AnyNode {
  return node.type === 'AwaitExpression' ? node.argument : node
}
