import path from 'node:path'
import { fileURLToPath } from 'node:url'

import type { FSWatcher } from 'chokidar'

/** What a change asks for: a new process, open pages read again, or their style sheets alone. */
export type Change = 'restart' | 'reload' | 'style'

/** Folders that hold what an application writes, or what others wrote. */
const NOT_WATCHED = new Set([
  'node_modules',
  'bower_components',
  'coverage',
  'data',
  'log',
  'logs',
  'sessions',
  'temp',
  'tmp',
  'uploads',
])
const SOURCE = /\.(?:[cm]?[jt]sx?|json|node|wasm)$/i
const SHOWN =
  /\.(?:html?|ejs|eta|pug|hbs|handlebars|mustache|njk|liquid|md|css|[cm]?js|json|svg|png|jpe?g|gif|webp|avif|ico|woff2?)$/i
/** Editors write a file in several steps. */
const SETTLE = 50

/**
 * Watches the folder of an application, and the modules that it has loaded wherever they are.
 *
 * - A module that was loaded, `package.json`, and `.env` in all its forms ask for a restart; while the
 *   application does not run, any source file does, for it may be the missing one.
 * - Templates and other files that pages show ask for a reload.
 * - What the application writes itself asks for nothing.
 */
export class WatchedFiles {
  /** Whether the application runs, and so has said what it loads. */
  isRunning = true
  private readonly loaded = new Set<string>()
  private readonly changed = new Map<string, Change>()
  private readonly root: string
  private readonly extra: readonly string[]
  private readonly tell: (change: Change, files: readonly string[]) => void
  private watcher: FSWatcher | undefined
  private timer: NodeJS.Timeout | undefined

  /** @param extra - files and folders whose changes ask for a restart, too. */
  constructor(
    root: string,
    extra: readonly string[],
    tell: (change: Change, files: readonly string[]) => void,
  ) {
    this.root = root
    this.extra = extra.map((file) => path.resolve(root, file))
    this.tell = tell
  }

  /** Settles when every file is watched. */
  async begin(): Promise<void> {
    const { watch } = await import('chokidar')
    const watcher = watch([this.root, ...this.extra], {
      ignoreInitial: true,
      ignored: (file) => this.isIgnored(file),
    })
    this.watcher = watcher
    watcher.on('all', (_event, file) => this.note(file))
    watcher.on('error', () => {}) // of one folder that cannot be read
    await new Promise<void>((resolve) => watcher.once('ready', resolve))
  }

  /** Files that the application has loaded, as paths or `file:` URLs. */
  add(files: readonly string[]): void {
    for (const each of files) {
      const file = each.startsWith('file:') ? fileURLToPath(new URL(each)) : each
      if (!path.isAbsolute(file) || this.loaded.has(file)) continue
      this.loaded.add(file)
      if (!this.isBelowRoot(file) && !isIn(NOT_WATCHED_MODULES, file)) this.watcher?.add(file)
    }
  }

  /** A new process loads anew. */
  forget(): void {
    this.loaded.clear()
  }

  async close(): Promise<void> {
    clearTimeout(this.timer)
    await this.watcher?.close()
  }

  private isIgnored(file: string): boolean {
    if (this.loaded.has(file) || this.isExtra(file)) return false
    if (!this.isBelowRoot(file)) return false
    const parts = path.relative(this.root, file).split(path.sep)
    return parts.some(
      (part) => NOT_WATCHED.has(part) || (part.startsWith('.') && !part.startsWith('.env')),
    )
  }

  private isBelowRoot(file: string): boolean {
    return file === this.root || file.startsWith(this.root + path.sep)
  }

  private isExtra(file: string): boolean {
    return this.extra.some((each) => file === each || file.startsWith(each + path.sep))
  }

  private note(file: string): void {
    const change = this.meaningOf(file)
    if (change === undefined) return
    this.changed.set(file, change)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.tellAll(), SETTLE)
  }

  private meaningOf(file: string): Change | undefined {
    const name = path.basename(file)
    if (this.loaded.has(file) || this.isExtra(file)) return 'restart'
    if (name === 'package.json' || name.startsWith('.env')) return 'restart'
    if (!this.isRunning && SOURCE.test(name)) return 'restart'
    if (/\.css$/i.test(name)) return 'style'
    return SHOWN.test(name) ? 'reload' : undefined
  }

  private tellAll(): void {
    const all = [...this.changed]
    this.changed.clear()
    const change = (['restart', 'reload', 'style'] as const).find((each) =>
      all.some(([, wanted]) => wanted === each),
    )
    if (change === undefined) return
    this.tell(
      change,
      all.filter(([, wanted]) => wanted === change).map(([file]) => file),
    )
  }
}

const NOT_WATCHED_MODULES = `${path.sep}node_modules${path.sep}`

function isIn(part: string, file: string): boolean {
  return file.includes(part)
}
