import type { Step, Takes } from './program.ts'
import { unitAt } from './units.ts'

/** Places of captures, by slot. The last one is where the match ended. */
export type Places = Int32Array

/**
 * Walks a program along a text and gives the answer that a backtracking RegExp would give.
 *
 * A choice that has failed once at a place fails there always, so it is never tried again: the
 * work is at most `steps × steps × units`, whatever the pattern and the text (no ReDoS by construction).
 *
 * @param reached - filled with the furthest place and the steps tried there, for explanations.
 */
export function runProgram(
  steps: readonly Step[],
  text: string,
  slots: number,
  reached?: { at: number; steps: number[] },
): Places | undefined {
  const length = text.length
  const width = length + 1
  // No capture stands in a choice or a repetition: on the way to an answer each is saved anew, so
  // what a failed attempt has left there need not be taken back.
  const places = new Int32Array(slots + 1).fill(-1)
  const runs = new Runs(steps, text)
  // Ways through a program meet again behind choices alone; runs remember their own ends.
  let tried: Uint8Array | undefined
  // What is left to try, in threes: a step and a place; or a run, the place where it may end next,
  // and the first at which it may.
  const waiting: number[] = [0, 0, FRESH]
  let top = 3

  while (top > 0) {
    top -= 3
    let index = waiting[top]!
    let at = waiting[top + 1]!
    let least = waiting[top + 2]!
    for (;;) {
      const step = steps[index]!
      if (least !== FRESH) {
        const end = reached === undefined ? lastPlaceOf(step.behind, text, least, at) : at
        if (end < least) break
        if (end > least) {
          waiting[top] = index
          waiting[top + 1] = end - 1
          waiting[top + 2] = least
          top += 3
        }
        at = end
        index++
        least = FRESH
        continue
      }
      if (reached !== undefined) {
        if (at > reached.at) Object.assign(reached, { at, steps: [] })
        if (at === reached.at) reached.steps.push(index)
      }
      if (step.op === 'text') {
        if (!stands(step, text, at)) break
        at += step.text.length
        index++
      } else if (step.op === 'run') {
        const first = at + step.least
        const last = runs.extend(index, step.takes, at)
        if (reached !== undefined && last > reached.at) {
          Object.assign(reached, { at: last, steps: [index] })
        }
        at = runs.claim(index, first, last)
        if (at < first) break
        least = first
      } else if (step.op === 'class') {
        if (at === length || !step.takes(text, at)) break
        at++
        index++
      } else if (step.op === 'split') {
        tried ??= new Uint8Array((steps.length * width + 7) >> 3)
        const mark = index * width + at
        const bit = 1 << (mark & 7)
        if ((tried[mark >> 3]! & bit) !== 0) break
        tried[mark >> 3]! |= bit
        if (reached !== undefined || canBegin(steps[step.second]!, text, at)) {
          waiting[top] = step.second
          waiting[top + 1] = at
          waiting[top + 2] = FRESH
          top += 3
        }
        index = step.first
      } else if (step.op === 'jump') {
        index = step.first
      } else if (step.op === 'save') {
        places[step.slot] = at
        index++
      } else {
        if (at !== length && !(step.op === 'boundary' && unitAt(text, at) === SLASH)) break
        places[slots] = at
        return places
      }
    }
  }
  return undefined
}

/** Whether the text of a step begins at a place: mostly one unit of it says no. */
function stands({ text: wanted, unit }: Step, text: string, at: number): boolean {
  if (wanted.length < 2) return wanted === '' || unitAt(text, at) === unit
  return unitAt(text, at) === unit && text.startsWith(wanted, at)
}

/** Turns most of what fails at its first step away before it is remembered. */
function canBegin(step: Step, text: string, at: number): boolean {
  return step.op !== 'text' || stands(step, text, at)
}

/** Instead of the first place at which a run may end: there is no run to go on with. */
const FRESH = -1
const SLASH = 47

/** @returns the last place from `last` down to `first` at which a step can begin; else less. */
function lastPlaceOf(step: Step | undefined, text: string, first: number, last: number): number {
  if (step === undefined) return last
  if (step.op === 'end') {
    const isAtEnd = last === text.length || (last === text.length - 1 && text.endsWith('/'))
    return isAtEnd ? last : -1
  }
  let at = Math.min(last, text.length - step.text.length)
  while (at >= first && !stands(step, text, at)) at--
  return at
}

/**
 * How far the runs of a program reach, so that no unit is walked over again for every place at
 * which a run can begin: a text such as `a-a-a-…` has as many of those as it has units.
 */
class Runs {
  readonly #text: string
  /** By step: where its last run began, how far it went, and the first end that was tried. */
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  readonly #claimed: Int32Array

  constructor(steps: readonly Step[], text: string) {
    this.#text = text
    this.#starts = new Int32Array(steps.length).fill(-1)
    this.#ends = new Int32Array(steps.length).fill(-1)
    this.#claimed = new Int32Array(steps.length)
  }

  /** @returns the first place from `at` on that a run cannot go over. */
  extend(index: number, takes: Takes, at: number): number {
    const text = this.#text
    const start = this.#starts[index]!
    const end = this.#ends[index]!
    if (start <= at && at <= end) return end
    const known = at < start ? start : text.length
    let reached = at
    while (reached < known && takes(text, reached)) reached++
    if (reached === start && start >= 0) reached = end
    if (reached !== end) this.#claimed[index] = reached + 1
    this.#starts[index] = at
    this.#ends[index] = reached
    return reached
  }

  /** @returns the last place to try as an end of the run: those behind it have been tried. */
  claim(index: number, first: number, last: number): number {
    const untried = Math.min(last, this.#claimed[index]! - 1)
    if (first <= untried) this.#claimed[index] = first
    return untried
  }
}
