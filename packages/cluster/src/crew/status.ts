import type { Vitals } from '../wire/messages.ts'
import type { WorkerState } from './worker-life.ts'

/** One worker; what it measures itself is of its last beat, which comes each second, and 0 before. */
export interface WorkerStatus extends Vitals {
  /** Its process; 0 when it could not be started. */
  readonly pid: number
  /** The place it fills, from 0; its successor fills the same one. */
  readonly slot: number
  /** The generation whose program it runs, see `Status`. */
  readonly generation: number
  /** Where it stands in its life; it gets connections while `ready`. */
  readonly state: WorkerState
  /** Since its process was started; milliseconds. */
  readonly uptime: number
  /** Requests begun between its last two beats, divided by the seconds between them. */
  readonly requestsPerSecond: number
  /** Why it goes, for people; `undefined` while it stays. */
  readonly reason: string | undefined
}

/** What a supervisor and its workers do just now. */
export interface Status {
  /** The supervisor's process. */
  readonly pid: number
  /** 1 at first, and a new number with each reload; after one that failed the old number again. */
  readonly generation: number
  /** How many workers there should be. */
  readonly wished: number
  /** How many workers were replaced because they died, failed or were ended by a signal; of all time. */
  readonly restarts: number
  /** Whether too many died, so that none is replaced until the next reload. */
  readonly gaveUp: boolean
  /** Why the last one left a place to fill, be it filled or given up; `undefined` when none did. */
  readonly lastReason: string | undefined
  /** All there are, from the oldest to the newest; while some are replaced more than `wished`. */
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

/**
 * The status as a table of plain text, one line a worker; control characters of reasons are `?`.
 *
 * @example console.log(statusTable(supervisor.status()))
 */
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
