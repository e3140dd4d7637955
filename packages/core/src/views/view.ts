import { statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'

import type { EngineFunction } from '../types/application-members.ts'
import { ViewEngineError } from './errors.ts'
import { findEngine } from './view-engines.ts'

export interface ViewOptions {
  defaultEngine?: string | undefined
  root: string | string[]
  engines: Record<string, EngineFunction>
  /** Whether an engine of our own may keep compiled templates. */
  cache?: boolean
}

/** A template file, found by name in the views folders, with the engine that renders it. */
export class View {
  readonly name: string
  readonly root: string | string[]
  readonly defaultEngine: string | undefined
  readonly ext: string
  readonly engine: EngineFunction
  /** The file, or `undefined` when no folder has it. */
  readonly path: string | undefined

  constructor(name: string, options: ViewOptions) {
    this.name = name
    this.root = options.root
    this.defaultEngine = options.defaultEngine
    const given = extname(name)
    if (!given && !this.defaultEngine) {
      throw new ViewEngineError('No default engine was specified and no extension was provided.')
    }
    this.ext = given || withDot(this.defaultEngine ?? '')
    this.engine = findEngine(this.ext, options.engines, {
      root: this.root,
      cache: options.cache ?? false,
    })
    this.path = this.lookup(given ? name : name + this.ext)
  }

  lookup(name: string): string | undefined {
    for (const root of [this.root].flat()) {
      const file = resolve(root, name)
      const found = this.resolve(dirname(file), basename(file))
      if (found) return found
    }
    return undefined
  }

  /** `<folder>/<file>`, or the index of a folder named like the file. */
  resolve(folder: string, file: string): string | undefined {
    const candidates = [
      join(folder, file),
      join(folder, basename(file, this.ext), `index${this.ext}`),
    ]
    return candidates.find(isFile)
  }

  /** Renders; the callback is always called later, also when the engine answers at once. */
  render(data: object, callback: (error: unknown, text?: string) => void): void {
    let sync = true
    this.engine(this.path ?? '', data, (...result) => {
      if (sync) process.nextTick(callback, ...result)
      else callback(...result)
    })
    sync = false
  }
}

function withDot(extension: string): string {
  return extension.startsWith('.') ? extension : `.${extension}`
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
