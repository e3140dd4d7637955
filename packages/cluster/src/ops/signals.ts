import type { JsonLog } from './json-log.ts'
import type { Supervisor } from '../supervisor/supervisor.ts'

/** SIGTERM and SIGINT stop, a second SIGINT kills, SIGHUP reloads, SIGUSR2 reopens the logs. */
export function handleSignals(supervisor: Supervisor, log?: JsonLog): void {
  let interrupted = false
  process.on('SIGTERM', () => void supervisor.stop('SIGTERM'))
  process.on('SIGINT', () => {
    if (interrupted) {
      void supervisor.kill()
      process.exit(130)
    }
    interrupted = true
    void supervisor.stop('SIGINT')
  })
  process.on('SIGHUP', () => {
    supervisor.reload().catch(() => {}) // it is among the events
  })
  process.on('SIGUSR2', () => {
    try {
      log?.reopen()
    } catch (error) {
      // The folder is gone, or no descriptor is left: the old file goes on, and so do the workers.
      supervisor.emit('event', { event: 'log', reason: String(error) })
    }
    supervisor.reopen()
  })
  supervisor.once('stopped', (exitCode) => {
    process.exitCode = exitCode
    setImmediate(() => process.exit())
  })
}
