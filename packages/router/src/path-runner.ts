import type { Step } from './path-program.ts'
import { unitAt } from './unit-at.ts'

/** Places of captures, by slot; -1 where a capture took no part. The last one is where it ended. */
export type Places = Int32Array

/**
 * Walks a program along a text and gives the answer that a backtracking RegExp would give.
 *
 * A pair of step and place that has failed once fails always, so it is never tried again: the
 * work is at most `steps × units`, whatever the pattern and the text (no ReDoS by construction).
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
  const tried = new Uint8Array((steps.length * width + 7) >> 3)
  const places = new Int32Array(slots + 1).fill(-1)
  // What is left to try: pairs of step and place, and pairs that take a saved place back.
  const waiting: number[] = [0, 0]

  while (waiting.length > 0) {
    let at = waiting.pop()!
    let index = waiting.pop()!
    if (index < 0) {
      places[-index - 1] = at
      continue
    }
    for (;;) {
      const mark = index * width + at
      const bit = 1 << (mark & 7)
      if ((tried[mark >> 3]! & bit) !== 0) break
      tried[mark >> 3]! |= bit

      if (reached !== undefined) {
        if (at > reached.at) Object.assign(reached, { at, steps: [] })
        if (at === reached.at) reached.steps.push(index)
      }
      const step = steps[index]!
      if (step.op === 'text') {
        if (!text.startsWith(step.text, at)) break
        at += step.text.length
        index++
      } else if (step.op === 'unless') {
        if (at === length || startsWithAny(text, step.stops, at)) break
        at++
        index++
      } else if (step.op === 'class') {
        if (at === length || !step.has(unitAt(text, at))) break
        at++
        index++
      } else if (step.op === 'split') {
        waiting.push(step.second, at)
        index = step.first
      } else if (step.op === 'jump') {
        index = step.to
      } else if (step.op === 'save') {
        waiting.push(-step.slot - 1, places[step.slot]!)
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

const SLASH = 47

function startsWithAny(text: string, stops: readonly string[], at: number): boolean {
  for (const stop of stops) {
    if (text.startsWith(stop, at)) return true
  }
  return false
}
