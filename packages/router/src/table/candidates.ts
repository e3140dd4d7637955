/** Numbers of layers, as they were when the index had `version`. */
export interface Candidates {
  numbers: readonly number[]
  version: number
}

/**
 * Adds a number that is at least as large as the last one.
 *
 * @param numbers - undefined for an empty list. Most lists have one number, and a list that was
 * pushed to has room for 16 more.
 */
export function append(numbers: number[] | undefined, number: number): number[] {
  if (numbers === undefined) return [number]
  if (numbers[numbers.length - 1] !== number) numbers.push(number)
  return numbers
}

/** Joins ascending lists into one, each number once. */
export function mergeAscending(lists: readonly (readonly number[])[]): readonly number[] {
  let filled = 0
  let only: readonly number[] = NONE
  for (const list of lists) {
    if (list.length === 0) continue
    filled++
    only = list
  }
  if (filled < 2) return only
  return [...new Set(lists.flat())].toSorted((a, b) => a - b)
}

const NONE: readonly number[] = []
