// oxlint-disable oxc/no-this-in-exported-function -- `res.render` and `res.locals` are methods
import { statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'

import { Outcome } from '../response/outcome.ts'
import type { EngineFunction } from '../types/application-members.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import type { Application } from '../types/application.ts'
import { ViewEngineError, ViewNotFoundError } from './errors.ts'
import { findEngine } from './view-engines.ts'

/*
 * A view from its name to the text: `res.render` asks `app.render`, which finds the view and gives its
 * engine the locals of the app, of the reply and of the call.
 */

/**
 * Renders a view and answers with it, or hands it to the callback when there is one.
 *
 * @param options - data of the view, before which come `res.locals` and `app.locals`; `cache` says
 *   whether the view is looked up and compiled once.
 * @returns settles when the view was handed over; rejects with what `next` would get otherwise.
 */
export function render(
  this: DispatchedResponse,
  view: string,
  options?: object | RenderDone | null,
  callback?: RenderDone,
): Promise<void> {
  const { req } = this
  const outcome = new Outcome()
  const given = typeof options === 'function' ? (options as RenderDone) : callback
  const data = typeof options === 'object' ? options : undefined
  const done: RenderDone = (error, text) => {
    if (given) given(error, text)
    else if (error) return outcome.fail(error, req.next)
    else this.send(text)
    outcome.succeed()
  }
  // `_locals` is where app.render looks for them; the caller's object stays as it is.
  req.app.render(view, { ...data, _locals: this.locals }, done)
  return outcome
}

type RenderDone = (error: Error | null, text?: string) => void

/** Values for the views of this reply, made when first touched. */
export function locals(this: DispatchedResponse): object {
  const fresh = Object.create(null)
  this.locals = fresh
  return fresh
}

export function assignLocals(this: DispatchedResponse, value: object): void {
  Object.defineProperty(this, 'locals', {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  })
}

/** Finds the view and renders it, with the locals of the app under those of the reply and the call. */
export function renderView(app: Application, name: string, options: ViewData, done: Done): void {
  let found: ReturnType<typeof findView>
  try {
    found = findView(app, name, options)
  } catch (error) {
    if (!(error instanceof ViewNotFoundError)) throw error
    done(error)
    return
  }
  try {
    found.view.render(found.data, done)
  } catch (error) {
    done(error)
  }
}

/**
 * Finds the view, and puts together its data.
 *
 * @throws {ViewNotFoundError} `VIEW_NOT_FOUND`
 */
export function findView(
  app: Application,
  name: string,
  options: ViewData,
): { readonly view: FoundView; readonly data: object } {
  const ofReply = Object.hasOwn(options, '_locals') ? options['_locals'] : undefined
  const data: ViewData = { ...app.locals, ...ofReply, ...options }
  data.cache ??= app.enabled('view cache')
  const view = ((data.cache && app.cache[name]) || lookUp(app, name, data.cache)) as AnyView
  if (!hasFile(view)) throw viewNotFound(name, view)
  if (data.cache) app.cache[name] = view
  return { view, data }
}

function hasFile(view: AnyView): view is FoundView {
  return Boolean(view.path)
}

/** Asks the app's own View when it has one, as a plug-in of Express may have set. */
function lookUp(app: Application, name: string, cache: unknown): unknown {
  const View = app.get('view') as new (name: string, options: object) => unknown
  return new View(name, {
    defaultEngine: app.get('view engine'),
    root: app.get('views'),
    engines: app.engines,
    cache,
  })
}

function viewNotFound(name: string, view: AnyView): Error {
  const folders = [...new Set([view.root].flat())]
  const last = folders.pop()
  const where =
    folders.length > 0
      ? `directories "${folders.join('", "')}" or "${last}"`
      : `directory "${last}"`
  return new ViewNotFoundError(`Failed to lookup view "${name}" in views ${where}`, view)
}

type Done = (error: unknown, text?: string) => void

/** What a view is given: the app's own data, and what Express keeps among it. */
export interface ViewData {
  cache?: unknown
  _locals?: object
}

/** A view that has a file. */
type FoundView = AnyView & { readonly path: string }

/** What is asked of a view, whoever's class it is of. */
interface AnyView {
  readonly path?: string | undefined
  readonly root: string | string[]
  readonly engine?: unknown
  render(data: object, done: Done): void
}

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
    const settings = { root: this.root, cache: options.cache ?? false }
    this.engine = findEngine(this.ext, options.engines, settings, name)
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
