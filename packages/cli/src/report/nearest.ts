/** The names that a misspelt one may have been meant to be, the nearest first. */
export function nearest(name: string, known: Iterable<string>, most = 5): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3))
  return [...new Set(known)]
    .map((each) => ({ each, distance: editDistance(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ each }) => each)
}

/** Of what is longer the beginning decides. */
const LONGEST = 200

/** Insertions, deletions and replacements that turn one text into the other. */
export function editDistance(from: string, to: string): number {
  const a = from.slice(0, LONGEST)
  const b = to.slice(0, LONGEST)
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++)
      row.push(
        Math.min(last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), last[j]! + 1, row[j - 1]! + 1),
      )
    last = row
  }
  return last[b.length]!
}
