// What a run prints.

export function printScenario(id, { name, subjects }) {
  console.log(`\n${id} ${name}`)
  const rows = subjects.map(({ subject, ...figures }) => [
    subject,
    {
      'CPU × floor': figures.cpu.median,
      spread: `${figures.cpu.low}–${figures.cpu.high}`,
      µs: figures.cpuMicroseconds,
      'req/s × floor': figures.requestsPerSecond.median,
      'CPU × at fixed rate': figures.cpuAtFixedRate.median,
      'p50 µs': figures.p50,
      'p99 µs': figures.p99,
      'RSS × floor': figures.rss,
    },
  ])
  console.table(Object.fromEntries(rows))
}

export function printStart(subjects) {
  console.log('\ncold spawn to first answer')
  const rows = subjects.map(({ subject, ms, cpu }) => [subject, { ms, '× floor': cpu.median }])
  console.table(Object.fromEntries(rows))
}

export function printMemory(found) {
  console.log(
    '\nmemory in MiB: growth with 10,000 idle connections, and resident after 50,000 requests',
  )
  console.table(found)
}
