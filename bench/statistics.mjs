export const median = (values) => quantile(values, 0.5)

export function quantile(values, at) {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * at
  const low = Math.floor(place)
  return sorted[low] + ((sorted[low + 1] ?? sorted[low]) - sorted[low]) * (place - low)
}

/** Round by round against the same round of the floor, so that what slows the machine slows both. */
export function paired(values, floor) {
  const ratios = values.map((value, round) => value / floor[round])
  return { median: median(ratios), low: quantile(ratios, 0.1), high: quantile(ratios, 0.9) }
}
