// Holds what the processes said of themselves to what it should be, and puts it into a table.

/** A heap may grow by so much while it is measured: what code that runs for the first time leaves, and the maps. */
const MAY_GROW = 3 * 2 ** 20
const MAY_GROW_BY = 0.1

/** The slope of the line through the points that half of all pairs are above: no single point can tilt it. */
function slopeOf(values) {
  const slopes = []
  for (let a = 0; a < values.length; a++)
    for (let b = a + 1; b < values.length; b++) slopes.push((values[b] - values[a]) / (b - a))
  return slopes.toSorted((one, other) => one - other)[Math.floor(slopes.length / 2)] ?? 0
}

/** @param rounds - what one process held after each round since it was warm, the oldest first */
export function judge(name, rounds) {
  const [first, last] = [rounds[0], rounds.at(-1)]
  const faults = []
  const heap = rounds.map(({ heapUsed, external }) => heapUsed + external)
  const growth = slopeOf(heap) * (rounds.length - 1)
  if (growth > Math.max(MAY_GROW, heap[0] * MAY_GROW_BY))
    faults.push(`${name}: memory grows by ${megabytes(growth)} in ${rounds.length} rounds`)
  // One clock more or less ticks at any time; what leaks is never again as little as it once was at most.
  const half = Math.ceil(rounds.length / 2)
  const [early, late] = [rounds.slice(0, half), rounds.slice(half)]
  const compare = (what, countOf) => {
    const [most, least] = [Math.max(...early.map(countOf)), Math.min(...late.map(countOf))]
    if (least > most) faults.push(`${name}: ${least} ${what}, and ${most} at most before`)
  }
  compare('descriptors', ({ descriptors }) => descriptors)
  const types = new Set(rounds.flatMap(({ resources }) => Object.keys(resources)))
  for (const type of types) compare(`of ${type}`, ({ resources }) => resources[type] ?? 0)
  const row = [
    name,
    rounds.length,
    megabytes(heap[0]),
    megabytes(heap.at(-1)),
    megabytes(growth),
    `${megabytes(first.rss)} → ${megabytes(last.rss)}`,
    `${first.descriptors} → ${last.descriptors}`,
    `${handlesOf(first)} → ${handlesOf(last)}`,
  ]
  return { faults, row }
}

function handlesOf({ resources }) {
  return Object.values(resources).reduce((sum, count) => sum + count, 0)
}

function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`
}

export function tableOf(rows) {
  const head = [
    'process',
    'rounds',
    'heap, warm',
    'heap, end',
    'trend',
    'RSS',
    'descriptors',
    'handles',
  ]
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

export function countsOf(counts) {
  const rows = [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return [
    '| asked | answered as expected |',
    '|---|---|',
    ...rows.map(([name, n]) => `| ${name} | ${n} |`),
  ].join('\n')
}
