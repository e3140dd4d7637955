import type { Vitals } from './messages.ts'
import type { WorkerState } from './worker-life.ts'

export interface WorkerStatus extends Vitals {
  readonly pid: number
  readonly slot: number
  readonly generation: number
  readonly state: WorkerState
  /** Milliseconds. */
  readonly uptime: number
  readonly requestsPerSecond: number
  readonly reason: string | undefined
}

export interface Status {
  readonly pid: number
  readonly generation: number
  readonly wished: number
  readonly restarts: number
  readonly gaveUp: boolean
  readonly lastReason: string | undefined
  readonly workers: readonly WorkerStatus[]
}

const columns: readonly [string, (worker: WorkerStatus) => string][] = [
  ['pid', ({ pid }) => String(pid)],
  ['state', ({ state }) => state],
  ['uptime', ({ uptime }) => `${Math.round(uptime / 1000)} s`],
  ['req/s', ({ requestsPerSecond }) => requestsPerSecond.toFixed(1)],
  ['p99', ({ p99 }) => `${p99.toFixed(1)} ms`],
  ['loop', ({ loopDelay }) => `${loopDelay.toFixed(1)} ms`],
  ['memory', ({ memory }) => `${(memory / 2 ** 20).toFixed(0)} MiB`],
  ['conns', ({ connections }) => String(connections)],
  ['reason', ({ reason }) => firstLine(reason)],
]

/** The status as a table of plain text. */
export function statusTable(status: Status): string {
  const rows = [
    columns.map(([title]) => title),
    ...status.workers.map((worker) => columns.map(([, cell]) => cell(worker))),
  ]
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const last = status.lastReason ? `, last: ${firstLine(status.lastReason)}` : ''
  const alarm = status.gaveUp ? ', GAVE UP' : ''
  const summary = `supervisor ${status.pid}, generation ${status.generation}, ${status.restarts} restarts${last}${alarm}`
  return [summary, ...lines].join('\n')
}

/** What a worker says of itself must not draw on the terminal of whoever looks. */
function firstLine(text = ''): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  return (text.split('\n')[0] ?? '').replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '?')
}
