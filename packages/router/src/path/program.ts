import type { ConstraintNode } from './constraint-pattern.ts'
import { foldCase, unitAt } from './units.ts'
import type { CaptureToken, FlatToken } from './tokens.ts'

type Operation =
  /** Goes on behind `text`, where that stands. */
  | 'text'
  /** Goes on behind one unit that `takes` allows. */
  | 'class'
  /** As many units as `takes` allows, at least `least`; then fewer. Never inside of a repetition. */
  | 'run'
  /** Goes on at `first`, and at `second` only if that fails. */
  | 'split'
  /** Goes on at `first`. */
  | 'jump'
  /** Remembers the place in `slot`: even slots open a capture, odd ones close it. */
  | 'save'
  /** Succeeds at the end of the path. */
  | 'end'
  /** Succeeds at the end of the path, and in front of a slash. */
  | 'boundary'

/**
 * One step of a program that walks along a path.
 *
 * A program is a list of steps, tried in the order in which a backtracking RegExp looks for its
 * answer. One class for all operations: the walk reads steps of every kind in one place, and would
 * take several times as long over objects of several shapes.
 */
export class Step {
  readonly op: Operation
  readonly text: string
  /** The first of `text`. */
  readonly unit: number
  readonly takes: Takes
  readonly least: number
  first: number
  second = 0
  readonly slot: number
  /** What has to stand behind a run: a text, or `end` for nothing but the end. */
  behind: Step | undefined = undefined

  constructor(op: Operation, { text = '', takes = never, least = 0, first = 0, slot = 0 } = {}) {
    this.op = op
    this.text = text
    this.unit = text === '' ? -1 : unitAt(text, 0)
    this.takes = takes
    this.least = least
    this.first = first
    this.slot = slot
  }
}

/** Whether a step may go over the unit at a place. */
export type Takes = (text: string, at: number) => boolean

const never: Takes = () => false

/** What follows the text of the path: nothing, an optional slash, or the rest of a longer path. */
export interface PathEnd {
  readonly prefix: boolean
  readonly trailingSlash: boolean
}

/**
 * Translates one alternative of a path into steps, with the meaning that path-to-regexp 8 gives
 * it: a capture stops where the text around it begins, so that no second capture of a segment can
 * run over a separator that the first had to leave behind.
 *
 * @param constraints - of the tokens that have one.
 */
export function compileProgram(
  flat: readonly FlatToken[],
  end: PathEnd,
  sensitive: boolean,
  constraints: ReadonlyMap<FlatToken, { readonly node: ConstraintNode | undefined }> | undefined,
): Step[] {
  const steps: Step[] = []
  const fold = (text: string) => (sensitive ? text : foldCase(text))
  let slot = 0
  for (const [index, token] of flat.entries()) {
    if (token.type === 'text') {
      steps.push(new Step('text', { text: fold(token.value) }))
      continue
    }
    steps.push(new Step('save', { slot: slot++ }))
    const constraint = constraints?.get(token)?.node
    if (constraint === undefined) emitCapture(steps, captureRule(flat, index), fold)
    else emitConstraint(steps, constraint)
    steps.push(new Step('save', { slot: slot++ }))
  }
  const last = steps.length
  emitEnd(steps, end)
  for (const [index, step] of steps.entries()) {
    if (step.op === 'run') step.behind = stepBehind(steps, index, end.prefix ? Infinity : last)
  }
  return steps
}

/** @param end - the first of the steps that look for nothing but the end. */
function stepBehind(steps: readonly Step[], run: number, end: number): Step | undefined {
  let index = run + 1
  for (let step = steps[index]; step?.op === 'save' || step?.op === 'jump'; step = steps[index]) {
    index = step.op === 'jump' ? step.first : index + 1
  }
  if (index === end) return steps[steps.length - 1]
  return steps[index]?.op === 'text' ? steps[index] : undefined
}

interface CaptureRule {
  /** Texts the capture cannot run over; empty ones stop nothing. None: it takes anything. */
  readonly stops: readonly string[]
  /** What the capture may be instead, when it cannot be one or more free units. */
  readonly otherwise: { readonly text: string } | { readonly stops: readonly string[] } | undefined
}

function captureRule(flat: readonly FlatToken[], index: number): CaptureRule {
  const token = flat[index] as CaptureToken
  const seen = capturesBeforeInSegment(flat, index)
  const before = textBefore(flat, index)

  if (token.type === 'splat') {
    if (seen.splat) return { stops: [before], otherwise: undefined }
    const afterSplat = textBehindLastSplat(flat, index)
    if (afterSplat === '') return { stops: [], otherwise: undefined }
    return { stops: [afterSplat], otherwise: { stops: ['/'] } }
  }
  if (seen.splat) return { stops: ['/', before], otherwise: undefined }
  if (splatFollowsInSegment(flat, index)) {
    return { stops: ['/', textAfter(flat, index)], otherwise: undefined }
  }
  if (seen.param) return { stops: ['/', before], otherwise: { text: before } }
  return { stops: ['/'], otherwise: undefined }
}

function capturesBeforeInSegment(flat: readonly FlatToken[], index: number) {
  const seen = { param: false, splat: false }
  for (let at = index - 1; at >= 0; at--) {
    const token = flat[at]!
    if (token.type === 'text') {
      if (token.value.includes('/')) break
    } else {
      seen[token.type] = true
    }
  }
  return seen
}

function splatFollowsInSegment(flat: readonly FlatToken[], index: number): boolean {
  for (const token of flat.slice(index + 1)) {
    if (token.type === 'splat') return true
    if (token.type === 'text' && token.value.includes('/')) return false
  }
  return false
}

function textBehindLastSplat(flat: readonly FlatToken[], index: number): string {
  for (let at = index - 1; at >= 0; at--) {
    if (flat[at]!.type === 'splat') return textAfter(flat, at)
  }
  return ''
}

function textBefore(flat: readonly FlatToken[], index: number): string {
  let text = ''
  for (let at = index - 1; at >= 0; at--) {
    const token = flat[at]!
    if (token.type !== 'text') break
    text = token.value + text
  }
  return text
}

function textAfter(flat: readonly FlatToken[], index: number): string {
  let text = ''
  for (const token of flat.slice(index + 1)) {
    if (token.type !== 'text') break
    text += token.value
  }
  return text
}

function emitCapture(steps: Step[], rule: CaptureRule, fold: (text: string) => string): void {
  const choice = new Step('split', { first: steps.length + 1 })
  if (rule.otherwise === undefined) {
    emitOneOrMore(steps, rule.stops.map(fold))
    return
  }
  steps.push(choice)
  emitOneOrMore(steps, rule.stops.map(fold))
  const leave = new Step('jump')
  steps.push(leave)
  choice.second = steps.length
  if ('text' in rule.otherwise) steps.push(new Step('text', { text: fold(rule.otherwise.text) }))
  else emitOneOrMore(steps, rule.otherwise.stops.map(fold))
  leave.first = steps.length
}

function emitOneOrMore(steps: Step[], stops: readonly string[]): void {
  steps.push(new Step('run', { takes: anyUnless(stops.filter((stop) => stop !== '')), least: 1 }))
}

/** Any unit at which none of the texts begins. */
function anyUnless(stops: readonly string[]): Takes {
  if (stops.length > 0 && stops.every((stop) => stop.length === 1)) {
    const first = stops[0]!.charCodeAt(0)
    const second = stops[stops.length - 1]!.charCodeAt(0)
    return (text, at) => {
      const unit = unitAt(text, at)
      return unit !== first && unit !== second
    }
  }
  return (text, at) => !stops.some((stop) => text.startsWith(stop, at))
}

function emitEnd(steps: Step[], { prefix, trailingSlash }: PathEnd): void {
  // The slash counts only where the path ends behind it.
  const at = steps.length
  if (trailingSlash) {
    const choice = new Step('split', { first: at + 1 })
    choice.second = at + (prefix ? 3 : 2)
    steps.push(choice, new Step('text', { text: '/' }))
    if (prefix) steps.push(new Step('end'))
  }
  steps.push(new Step(prefix ? 'boundary' : 'end'))
}

function emitConstraint(steps: Step[], node: ConstraintNode): void {
  switch (node.type) {
    case 'class':
      steps.push(new Step('class', { takes: unitsOf(node) }))
      return
    case 'sequence':
      for (const part of node.parts) emitConstraint(steps, part)
      return
    case 'choice':
      emitChoice(steps, node.options)
      return
    case 'repeat':
      emitRepeat(steps, node)
  }
}

function unitsOf({ has }: { readonly has: (unit: number) => boolean }): Takes {
  return (text, at) => has(unitAt(text, at))
}

function emitChoice(steps: Step[], options: readonly ConstraintNode[]): void {
  const leaves: Step[] = []
  for (const [index, option] of options.entries()) {
    const isLast = index === options.length - 1
    const choice = new Step('split', { first: steps.length + 1 })
    if (!isLast) steps.push(choice)
    emitConstraint(steps, option)
    if (isLast) break
    const leave = new Step('jump')
    leaves.push(leave)
    steps.push(leave)
    choice.second = steps.length
  }
  for (const leave of leaves) leave.first = steps.length
}

function emitRepeat(steps: Step[], node: Extract<ConstraintNode, { type: 'repeat' }>): void {
  for (let count = 0; count < node.min; count++) emitConstraint(steps, node.part)
  if (node.max === Infinity && node.part.type === 'class') {
    steps.push(new Step('run', { takes: unitsOf(node.part) }))
    return
  }
  if (node.max === Infinity) {
    const choice = new Step('split', { first: steps.length + 1 })
    steps.push(choice)
    emitConstraint(steps, node.part)
    steps.push(new Step('jump', { first: steps.indexOf(choice) }))
    choice.second = steps.length
    return
  }
  const choices: Step[] = []
  for (let count = node.min; count < node.max; count++) {
    const choice = new Step('split', { first: steps.length + 1 })
    choices.push(choice)
    steps.push(choice)
    emitConstraint(steps, node.part)
  }
  for (const choice of choices) choice.second = steps.length
}
