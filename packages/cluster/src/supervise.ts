import { type Command, openControlSocket } from './ops/control-socket.ts'
import { CommandError } from './errors.ts'
import { JsonLog } from './ops/json-log.ts'
import { type SupervisorOptions, settle } from './supervisor/options.ts'
import { ServiceManager } from './ops/service-manager.ts'
import { handleSignals } from './ops/signals.ts'
import { Supervisor, type SupervisorEvent } from './supervisor/supervisor.ts'

/**
 * Starts `workers` processes of `entry` and keeps them alive.
 *
 * The process that calls this should do nothing else: what it does can fail, and it must not. The first
 * workers are started after the caller's turn, so that listeners hear of them. The file of `log` is
 * opened before that, and its error thrown; a control socket that cannot be opened is an event.
 *
 * @throws {OptionError} `CLUSTER_BAD_OPTION` when an option makes no sense.
 * @example
 * const supervisor = supervise({ entry: 'server.js', workers: 'max' })
 * await supervisor.ready
 */
export function supervise(options: SupervisorOptions): Supervisor {
  const settings = settle(options)
  // Before anything runs: a supervisor that the caller has no handle to could never be stopped.
  const log = options.log === undefined ? undefined : new JsonLog(options.log)
  const manager = new ServiceManager(process.env)
  const supervisor = new Supervisor(settings, manager.descriptors)
  manager.attend(supervisor)
  if (log) supervisor.on('event', (event) => record(log, event))
  if (options.control) serveControl(supervisor, options.control)
  if (options.signals ?? true) handleSignals(supervisor, log)
  return supervisor
}

/** A full disk costs lines of the log, and no worker: what a listener throws would end us. */
function record(log: JsonLog, event: SupervisorEvent): void {
  try {
    log.write({ ...event })
  } catch (error) {
    console.error(`Cannot log ${JSON.stringify(event)}: ${String(error)}`)
  }
}

function serveControl(supervisor: Supervisor, path: string): void {
  openControlSocket(path, (command) => run(supervisor, command)).then(
    (server) => supervisor.once('stopped', () => server.close()),
    (error: Error) => supervisor.emit('event', { event: 'control', reason: error.message }),
  )
}

async function run(supervisor: Supervisor, command: Command): Promise<unknown> {
  switch (command.command) {
    case 'status':
      return supervisor.status()
    case 'reload':
      await supervisor.reload()
      return supervisor.status()
    case 'scale':
      await supervisor.scale(command.workers)
      return supervisor.status()
    case 'stop':
      void supervisor.stop('by the control socket')
      return undefined
    default:
      throw new CommandError('Unknown command: status, reload, scale and stop are known')
  }
}
