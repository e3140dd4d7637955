import cluster from 'node:cluster'
import { writeSync } from 'node:fs'
import type { Server } from 'node:net'

import { hear, isSupervised, tell } from '../wire/channel.ts'
import { ConnectionWatch } from '../drain/connection-watch.ts'
import { finish } from '../drain/finish.ts'
import { listenThroughSupervisor } from './listen-through-supervisor.ts'
import { beat } from './vitals.ts'
import { workerProcess } from '../wire/worker-process.ts'

/** How long an orphan, whose supervisor is dead, may take to finish; milliseconds. */
const orphanGrace = 5_000

const served = new Map<Server, ConnectionWatch>()
let ending = false
let failed = false

/**
 * What each worker does before its app is loaded: its servers listen through the supervisor, and it
 * lives and ends as the supervisor says. Elsewhere nothing. The supervisor has each worker call it: an
 * app need not.
 */
export function attend(): void {
  if (workerProcess.attended || !isSupervised()) return
  workerProcess.attended = true
  // Else node would end us at once when the supervisor dies, with all that we hold.
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true
  process.once('disconnect', () => void leave({ linger: 0, grace: orphanGrace }))
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') === 1) fail(error)
  })
  process.on('unhandledRejection', (reason) => {
    if (process.listenerCount('unhandledRejection') === 1) fail(reason)
  })
  // Sent to the whole process group they reach the supervisor too, who does the right thing.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => tell({ type: 'leave', reason: signal }))
  for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {})
  hear((message) => {
    if (message.type === 'unready') workerProcess.wanted = false
    else if (message.type === 'drain') void leave(message)
    else if (message.type === 'exit') process.exit(failed ? 1 : 0)
    else if (message.type === 'reopen') for (const { onReopen } of workerProcess.hooks) onReopen?.()
  })
  workerProcess.announce = () => {
    if (ending) return
    workerProcess.wanted = true
    tell({ type: 'ready' })
  }
  listenThroughSupervisor(serve)
  beat(() => [...served.values()])
}

/** Watches a server that begins to listen; who has nothing else to prepare is ready with it. */
function serve(server: Server): void {
  const watch = served.get(server) ?? new ConnectionWatch(server)
  served.set(server, watch)
  watch.onClose = reportLoad
  server.once('listening', () => {
    if (workerProcess.preparing === 0) workerProcess.announce()
  })
}

let reports = false

/** The supervisor shares out by what we hold, and hears of it once a turn of the loop. */
function reportLoad(): void {
  if (reports) return
  reports = true
  setImmediate(() => {
    reports = false
    let connections = 0
    for (const { sockets } of served.values()) connections += sockets.size
    tell({ type: 'load', connections })
  })
}

/** Says that it fails before it goes: the successor starts while this one finishes what it has. */
function fail(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  print(text)
  failed = true
  tell({ type: 'failing', reason: text })
}

/**
 * Writes to standard error, past its stream: that would tell of a reader who is gone by another uncaught
 * exception, and so for ever.
 */
function print(text: string): void {
  try {
    writeSync(process.stderr.fd, `${text}\n`)
  } catch {
    // Nobody reads it, or not now.
  }
}

async function leave(limits: { readonly linger: number; readonly grace: number }): Promise<void> {
  if (ending) return
  ending = true
  await finish([...served.values()].map((watch) => ({ watch, limits })))
  // The supervisor answers `exit`: after this round trip nothing is on its way to us.
  tell({ type: 'drained' })
  if (!process.connected) process.exit(failed ? 1 : 0)
}
