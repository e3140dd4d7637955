import { ViewNotFoundError } from './errors.ts'
import type { Application } from '../types/express.ts'
import type { Untyped } from '../types/untyped.ts'

type Done = (error: unknown, text?: string) => void

/** Finds the view and renders it, with the locals of the app under those of the reply and the call. */
export function renderView(app: Application, name: string, options: Untyped, done: Done): void {
  const ofReply = Object.hasOwn(options, '_locals') ? options['_locals'] : undefined
  const data = { ...app.locals, ...ofReply, ...options }
  data.cache ??= app.enabled('view cache')
  const view = (data.cache && app.cache[name]) || findView(app, name, data.cache)
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
function findView(app: Application, name: string, cache: boolean): Untyped {
  const View = app.get('view')
  return new View(name, {
    defaultEngine: app.get('view engine'),
    root: app.get('views'),
    engines: app.engines,
    cache,
  })
}

function viewNotFound(name: string, view: { root: string | string[] }): Error {
  const folders = [view.root].flat()
  const last = folders.pop()
  const where =
    folders.length > 0
      ? `directories "${folders.join('", "')}" or "${last}"`
      : `directory "${last}"`
  return new ViewNotFoundError(`Failed to lookup view "${name}" in views ${where}`, view)
}
