import { reportText } from '../report/as-text.ts'
import { faultsOf } from '../report/faults.ts'
import type { Report } from '../report/report.ts'
import { paintFor } from '../terminal/paint.ts'
import { tell } from './channel.ts'
import { followModules, placeSyntaxError } from './unreadable-module.ts'

/** An error that ends the process is told in one block, and to the command, which shows it to browsers. */
export function tellLastWords(): void {
  followModules()
  process.on('uncaughtExceptionMonitor', (error) => {
    // Whoever listens for such errors decides what becomes of them.
    if (process.listenerCount('uncaughtException') > 0) return
    if (error instanceof SyntaxError && faultsOf(error)[0]?.place === undefined)
      placeSyntaxError(error)
    const report: Report = {
      headline: 'The application ended because of an error',
      status: 500,
      faults: faultsOf(error),
      request: undefined,
      hints: [],
    }
    tell({ type: 'failed', report })
    console.error(reportText(report, paintFor(process.stderr)))
    // Instead of node's own account of it.
    process.exit(1)
  })
}
