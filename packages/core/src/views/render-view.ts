import { ViewNotFoundError } from './errors.ts'
import type { Application } from '../types/express.ts'

type Done = (error: unknown, text?: string) => void

/** What a view is given: the app's own data, and what Express keeps among it. */
interface ViewData {
  cache?: unknown
  _locals?: object
}

/** What is asked of a view, whoever's class it is of. */
interface FoundView {
  readonly path?: string | undefined
  readonly root: string | string[]
  render(data: object, done: Done): void
}

/** Finds the view and renders it, with the locals of the app under those of the reply and the call. */
export function renderView(app: Application, name: string, options: ViewData, done: Done): void {
  const ofReply = Object.hasOwn(options, '_locals') ? options['_locals'] : undefined
  const data: ViewData = { ...app.locals, ...ofReply, ...options }
  data.cache ??= app.enabled('view cache')
  const view = ((data.cache && app.cache[name]) || findView(app, name, data.cache)) as FoundView
  if (!view.path) {
    done(viewNotFound(name, view))
    return
  }
  if (data.cache) app.cache[name] = view
  try {
    view.render(data, done)
  } catch (error) {
    done(error)
  }
}

/** Asks the app's own View when it has one, as a plug-in of Express may have set. */
function findView(app: Application, name: string, cache: unknown): unknown {
  const View = app.get('view') as new (name: string, options: object) => unknown
  return new View(name, {
    defaultEngine: app.get('view engine'),
    root: app.get('views'),
    engines: app.engines,
    cache,
  })
}

function viewNotFound(name: string, view: FoundView): Error {
  const folders = [view.root].flat()
  const last = folders.pop()
  const where =
    folders.length > 0
      ? `directories "${folders.join('", "')}" or "${last}"`
      : `directory "${last}"`
  return new ViewNotFoundError(`Failed to lookup view "${name}" in views ${where}`, view)
}
