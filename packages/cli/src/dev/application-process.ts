import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'

import { envelope, type ToApplication, type ToCommand } from '../dev-messages.ts'
import { taskVariable } from '../program/preload.ts'
import type { Report } from '../report/report.ts'
import { handleOf, pausedSocket } from './connection-handle.ts'
import type { Listener } from './listener.ts'
import { listenFailure, type Listeners } from './listeners.ts'

/** How long requests under way may take before the process is told to end; milliseconds. */
const PATIENCE = 5_000
/** How long it may then take to end by itself. */
const LAST_PATIENCE = 5_000

interface Events {
  /** It listens for the first time. */
  ready: [listener: Listener]
  /** It has loaded files. */
  loaded: [files: readonly string[]]
  exit: [code: number | null, signal: NodeJS.Signals | null]
}

/** One run of the application: from its start until its end. */
export class ApplicationProcess extends EventEmitter<Events> {
  /** The sockets that it listens at. */
  readonly claimed = new Set<number>()
  /** Why it ended, when it said so. */
  failure: Report | undefined
  private readonly child: ChildProcess
  private readonly sockets: Listeners
  private readonly handed = new Map<number, { listener: Listener; socket: Socket }>()
  private lastConnection = 0
  private isLeaving = false
  private left = (): void => {}

  /** @param args - for node: its options, the entry, and what the entry is given. */
  constructor(args: readonly string[], listeners: Listeners) {
    super()
    this.sockets = listeners
    this.child = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        ...process.env,
        NODE_ENV: process.env['NODE_ENV'] || 'development',
        // Node then tells of each module that it loads.
        WATCH_REPORT_DEPENDENCIES: '1',
        [taskVariable]: JSON.stringify({ task: 'dev' }),
      },
    })
    this.child.on('message', (message, handle) => this.hear(message, handle))
    this.child.on('error', () => {}) // of a message to one that has ended
    void this.watchEnd()
  }

  private async watchEnd(): Promise<void> {
    // Its last words may come after its end.
    const silence = once(this.child, 'disconnect')
    const [code, signal] = (await once(this.child, 'exit')) as [
      number | null,
      NodeJS.Signals | null,
    ]
    if (this.child.connected) await silence
    // What it was given and has not taken waits for whoever comes next.
    if (!this.isLeaving) this.sockets.handTo(undefined)
    for (const { listener, socket } of this.handed.values()) listener.enqueue(socket)
    this.handed.clear()
    this.emit('exit', code, signal)
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Files that open pages show were saved. */
  changed(isStyle: boolean): void {
    this.send({ type: 'changed', isStyle })
  }

  /** Takes no more connections, lets requests under way finish, and ends it. */
  async end(): Promise<void> {
    if (this.hasEnded) return
    const exit = once(this, 'exit')
    this.isLeaving = true
    this.sockets.handTo(undefined)
    await withPatience(PATIENCE, [
      exit,
      new Promise<void>((resolve) => {
        this.left = resolve
        this.send({ type: 'leave' })
      }),
    ])
    this.child.kill('SIGTERM')
    await withPatience(LAST_PATIENCE, [exit])
    if (!this.hasEnded) this.kill()
    await exit
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  private send(message: ToApplication, handle?: object): void {
    if (!this.child.connected) return
    this.child.send({ [envelope]: message }, handle as never, () => {})
  }

  private hear(message: unknown, handle: unknown): void {
    const ours = (Object(message) as Partial<Record<typeof envelope, ToCommand>>)[envelope]
    if (ours === undefined) this.hearNode(Object(message) as LoadedByNode)
    else if (ours.type === 'listen') void this.listen(ours)
    else if (ours.type === 'took') this.settle(ours)
    else if (ours.type === 'left') this.left()
    else if (ours.type === 'failed') this.failure = ours.report
    else if (ours.type === 'back') {
      if (handle instanceof Object)
        this.sockets.byNumber(ours.listener)?.enqueue(pausedSocket(handle))
    } else if (!this.isLeaving) {
      this.claimed.delete(ours.listener)
      void this.sockets.keep(this.claimed)
    }
  }

  private hearNode(message: LoadedByNode): void {
    const named = [...(message['watch:require'] ?? []), ...(message['watch:import'] ?? [])]
    const files = named.filter((file) => typeof file === 'string') // node sends null for its own
    if (files.length > 0) this.emit('loaded', files)
  }

  private async listen({
    id,
    address,
    index,
    secure,
    identity,
  }: Extract<ToCommand, { type: 'listen' }>): Promise<void> {
    try {
      const listener = await this.sockets.get(address, index, secure)
      this.claimed.add(listener.id)
      listener.identity = identity
      this.send({ type: 'listening', id, listener: listener.id, address: listener.address })
      if (this.isLeaving) return
      listener.handTo((to, socket) => this.hand(to, socket))
      this.emit('ready', listener)
    } catch (error) {
      this.send({ type: 'listening', id, failure: listenFailure(error as Error) })
    }
  }

  private hand(listener: Listener, socket: Socket): void {
    const handle = handleOf(socket)
    if (handle === undefined) return
    const id = ++this.lastConnection
    this.handed.set(id, { listener, socket })
    this.send({ type: 'connection', id, listener: listener.id }, handle)
  }

  /** Our descriptor is closed; the connection lives on in the process that took it. */
  private settle({ id, accepted }: Extract<ToCommand, { type: 'took' }>): void {
    const given = this.handed.get(id)
    this.handed.delete(id)
    if (accepted) given?.socket.destroy()
    else if (given) given.listener.enqueue(given.socket)
  }
}

/** What node sends under WATCH_REPORT_DEPENDENCIES. */
interface LoadedByNode {
  readonly 'watch:require'?: readonly (string | null)[]
  readonly 'watch:import'?: readonly (string | null)[]
}

async function withPatience(milliseconds: number, events: Promise<unknown>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([...events, over])
  clearTimeout(timer)
}
