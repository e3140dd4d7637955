import { execFile } from 'node:child_process'

import type { Supervisor } from '../supervisor/supervisor.ts'

/** The first descriptor that systemd passes. */
const firstDescriptor = 3

/**
 * systemd, when it started us: its sockets, its wish to hear when we are ready, its watchdog.
 *
 * Node has no unix datagram sockets, so `systemd-notify` speaks for us; the unit says
 * `NotifyAccess=all`, as the message comes from a child.
 */
export class ServiceManager {
  /** Listening sockets that it opened for us. */
  readonly descriptors: readonly number[]
  private readonly notifies: boolean
  private readonly watchdog: number

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    const ours = environment['LISTEN_PID'] === String(process.pid)
    const count = ours ? Number(environment['LISTEN_FDS'] ?? 0) : 0
    this.descriptors = Array.from({ length: count }, (_, at) => firstDescriptor + at)
    this.notifies = Boolean(environment['NOTIFY_SOCKET'])
    this.watchdog = Number(environment['WATCHDOG_USEC'] ?? 0) / 1000
  }

  attend(supervisor: Supervisor): void {
    if (!this.notifies) return
    supervisor.ready.then(
      () => this.tell('READY=1'),
      () => {},
    )
    supervisor.on('event', ({ event }) => {
      if (event === 'stopping') this.tell('STOPPING=1')
    })
    if (this.watchdog > 0)
      setInterval(() => {
        // Alive is not enough: somebody must be there to serve.
        const serves = supervisor.status().workers.some(({ state }) => state === 'ready')
        if (serves) this.tell('WATCHDOG=1')
      }, this.watchdog / 2).unref()
  }

  private tell(message: string): void {
    execFile('systemd-notify', [`--pid=${process.pid}`, message], () => {}) // not there: nobody hears
  }
}
