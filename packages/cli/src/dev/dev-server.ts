import { realpathSync } from 'node:fs'

import { nodeArguments } from '../program/node-arguments.ts'
import { showFile, showFiles } from '../program/place.ts'
import type { Paint } from '../terminal/paint.ts'
import { ApplicationProcess } from './application-process.ts'
import { StandIn } from './stand-in.ts'
import type { Listener } from './listener.ts'
import { Listeners } from './listeners.ts'
import { type Change, WatchedFiles } from './watch-files.ts'

export interface DevOptions {
  readonly entry: string
  /** Arguments for it. */
  readonly args: readonly string[]
  /** Further files and folders whose changes ask for a restart. */
  readonly watch: readonly string[]
  readonly print: (line: string) => void
  readonly paint: Paint
}

/** Runs an application, and runs it anew whenever its files change; its sockets stay open meanwhile. */
export class DevServer {
  private readonly options: DevOptions
  /** What node is given. */
  private readonly command: readonly string[]
  private readonly listeners = new Listeners()
  private readonly files: WatchedFiles
  private readonly standIn = new StandIn()
  private running: ApplicationProcess | undefined
  /** The restarts, one after the other. */
  private work: Promise<void> = Promise.resolve()
  private isWanted = false
  private isStopping = false

  /** @throws {TypeScriptError} CLI_NO_TYPESCRIPT when nobody here reads the entry. */
  constructor(options: DevOptions) {
    this.options = options
    this.command = [...nodeArguments(options.entry), ...options.args]
    this.files = new WatchedFiles(realpathSync(process.cwd()), options.watch, (change, files) =>
      this.notice(change, files),
    )
  }

  async start(): Promise<void> {
    await this.files.begin()
    this.restart('')
  }

  /** Ends the application; settles when it has ended. */
  async stop(): Promise<void> {
    this.isStopping = true
    await this.work
    await this.running?.end()
    this.standIn.close()
    await this.listeners.keep(new Set())
    await this.files.close()
  }

  /** At once. */
  kill(): void {
    this.running?.kill()
  }

  /** Runs the application anew; several wishes meanwhile are one. */
  restart(reason: string): void {
    if (this.isWanted || this.isStopping) return
    this.isWanted = true
    this.work = this.work.then(() => this.startAnew(reason))
  }

  private notice(change: Change, files: readonly string[]): void {
    const what = showFiles(files)
    if (change === 'restart') {
      this.restart(`${what} changed`)
      return
    }
    if (!this.files.isRunning) return
    this.options.print(
      this.options.paint(
        'dim',
        `${what} changed: open pages ${change === 'style' ? 'take the style' : 'are read again'}`,
      ),
    )
    this.running?.changed(change === 'style')
  }

  private async startAnew(reason: string): Promise<void> {
    await this.running?.end()
    this.isWanted = false
    if (this.isStopping) return
    const begun = performance.now()
    this.files.isRunning = false
    this.files.forget()
    this.listeners.handTo(undefined)
    this.standIn.end()
    const running = new ApplicationProcess(this.command, this.listeners)
    this.running = running
    running.on('loaded', (files) => this.files.add(files))
    running.on('ready', (listener) => {
      const isFirst = !this.files.isRunning
      this.files.isRunning = true
      this.tellReady(listener, isFirst ? performance.now() - begun : undefined, reason)
      // What the last run listened at, and this one does not.
      if (isFirst) setTimeout(() => void this.keepClaimed(running), 1_000).unref()
    })
    running.on('exit', (code, signal) => {
      if (running === this.running) this.ended(running, code, signal)
    })
  }

  private async keepClaimed(running: ApplicationProcess): Promise<void> {
    if (running === this.running && !running.hasEnded) await this.listeners.keep(running.claimed)
  }

  private tellReady(listener: Listener, milliseconds: number | undefined, reason: string): void {
    const { print, paint, entry } = this.options
    const time = milliseconds === undefined ? '' : `  ${Math.round(milliseconds)} ms`
    const why = reason === '' ? showFile(entry) : reason
    print(`${paint('bold', urlOf(listener))}${paint('dim', `${time}  ${why}`)}`)
  }

  private ended(running: ApplicationProcess, code: number | null, signal: string | null): void {
    if (this.isStopping || this.isWanted) return
    this.files.isRunning = false
    const { failure } = running
    const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`
    this.standIn.show(
      failure ?? {
        headline: `The application ${how}`,
        status: 500,
        faults: [],
        request: undefined,
        hints: [],
      },
    )
    this.listeners.handTo((listener, socket) => this.standIn.take(listener, socket))
    const { print, paint } = this.options
    print(
      paint(code === 0 ? 'dim' : 'red', `The application ${how}; it runs again after a change.`),
    )
  }
}

function urlOf(listener: Listener): string {
  const { address, secure } = listener
  if (address.path !== undefined) return address.path
  const host = address.host ?? 'localhost'
  const shown = host === '::' || host === '0.0.0.0' ? 'localhost' : host
  const name = shown.includes(':') ? `[${shown}]` : shown
  return `${secure ? 'https' : 'http'}://${name}:${address.port}/`
}
