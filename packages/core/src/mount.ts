import { type Handled, leaving } from './current-app.ts'
import { prototypesOf } from './server/classes.ts'
import { leaveHome } from './home.ts'
import type { Application } from './types/application.ts'
import type { NextFunction, Request, Response } from './types/request-response.ts'

/** Whether a handler is an app to mount: ours or Express's, told by what it can do. */
export function isApplication(handler: unknown): handler is Application {
  const { handle, set } = Object(handler) as { handle?: unknown; set?: unknown }
  return typeof handler === 'function' && Boolean(handle) && Boolean(set)
}

/** Makes `app` a layer of `parent`, and tells it. */
export function mount(parent: Application, path: string | string[], app: Application): void {
  app.mountpath = path
  app.parent = parent
  parent.router.use(path, layerOf(app))
  app.emit('mount', parent)
  // The prototypes of Express's own inherit from the parent's now: who has them has left that one's home.
  if (prototypesOf(app) === undefined) {
    leaveHome(app.request)
    leaveHome(app.response)
  }
}

/** The layer a mounted app is called through. */
function layerOf(app: Application) {
  // An app of Express's own restores nothing when it is called; ours do.
  const isOurs = prototypesOf(app) !== undefined
  function mounted_app(
    req: Request & Handled,
    res: Response & Handled,
    next: NextFunction,
  ): unknown {
    return app.handle(req, res, isOurs ? next : leaving(req, res, next))
  }
  // By this the router finds its way into the app for `routes`, `explain` and `url`.
  return Object.defineProperty(mounted_app, 'router', { get: () => app.router })
}
