import cluster from 'node:cluster'
import type { Socket } from 'node:net'

import { hear, tell } from './channel.ts'
import type { AnyServer, ConnectionWatch } from './connection-watch.ts'
import { drain } from './drain.ts'
import { ListenError } from './errors.ts'
import type { Address, ToWorker } from './messages.ts'
import { readiness } from './readiness.ts'
import { beat } from './vitals.ts'
import type { WorkerOptions } from './worker-options.ts'

/** How long an orphan, whose supervisor is dead, may take to finish; milliseconds. */
const orphanGrace = 5_000

interface Served {
  readonly server: AnyServer
  readonly watch: ConnectionWatch
  readonly options: WorkerOptions
}

const served = new Map<number, Served>()
let lastAsk = 0
let attended = false
let ending = false
let failed = false

/** Has the supervisor listen for `server`, and serves the connections that it hands over. */
export async function serveSupervised(
  server: AnyServer,
  watch: ConnectionWatch,
  options: WorkerOptions,
  address: Address,
): Promise<Address> {
  if (!attended) {
    attended = true
    attend()
    beat(watch)
  }
  await options.warmUp?.()
  const id = ++lastAsk
  const answer = await new Promise<Extract<ToWorker, { type: 'listening' }>>((resolve) => {
    hear((message) => {
      if (message.type !== 'listening' || message.id !== id) return
      if (message.listener !== undefined) served.set(message.listener, { server, watch, options })
      resolve(message)
    })
    tell({ type: 'listen', id, address })
  })
  if (answer.error !== undefined) throw new ListenError(answer.error)
  // An HTTP server watches its timeouts from this event on; we do its listening.
  server.emit('listening')
  reportLoad(watch)
  tell({ type: 'ready' })
  return answer.address ?? address
}

/** The supervisor shares out by what we hold, and hears of it once a turn of the loop. */
function reportLoad(watch: ConnectionWatch): void {
  let told = false
  const report = (): void => {
    if (told) return
    told = true
    setImmediate(() => {
      told = false
      tell({ type: 'load', connections: watch.sockets.size })
    })
  }
  watch.onClose = report
}

function attend(): void {
  // Else node would end us at once when the supervisor dies, with all that we hold.
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true
  process.once('disconnect', () => void leave({ linger: 0, grace: orphanGrace }))
  process.on('uncaughtException', (error) => fail(error))
  process.on('unhandledRejection', (reason) => fail(reason))
  // Sent to the whole process group they reach the supervisor too, who does the right thing.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => tell({ type: 'leave', reason: signal }))
  for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {})
  hear((message, socket) => {
    if (message.type === 'connection') take(message, socket)
    else if (message.type === 'unready') readiness.ready = false
    else if (message.type === 'drain') void leave(message)
    else if (message.type === 'exit') process.exit(failed ? 1 : 0)
    else if (message.type === 'reopen')
      for (const { options } of served.values()) options.onReopen?.()
  })
}

function take(
  { id, listener, head }: Extract<ToWorker, { type: 'connection' }>,
  socket?: Socket,
): void {
  tell({ type: 'took', id })
  const serving = served.get(listener)
  if (!socket || !serving) return // the client left on the way: there is no descriptor
  // What `listen` would have set: answers after a half-close, and no waiting for more to send.
  socket.allowHalfOpen = true
  socket.setNoDelay(true)
  serving.server.emit('connection', socket)
  if (head) socket.push(Buffer.from(head, 'base64'))
}

/** Says that it fails before it goes: the successor starts while this one finishes what it has. */
function fail(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  console.error(text)
  failed = true
  tell({ type: 'failing', reason: text })
}

async function leave(limits: { readonly linger: number; readonly grace: number }): Promise<void> {
  if (ending) return
  ending = true
  const all = [...served.values()]
  for (const { options } of all) options.onDrain?.()
  await Promise.all(all.map(({ server, watch }) => drain(server, watch, limits)))
  for (const { options } of all) await options.onEnd?.()
  // The supervisor answers `exit`: after this round trip nothing is on its way to us.
  tell({ type: 'drained' })
  if (!process.connected) process.exit(failed ? 1 : 0)
}
