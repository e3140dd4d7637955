import { currentApp, type Handled } from './current-app.ts'
import type { Application, Request, Response } from './types/express.ts'
import type { Untyped } from './types/untyped.ts'

/** Whether a handler is an app to mount: ours or Express's, told by what it can do. */
export function isApplication(handler: unknown): handler is Application {
  const { handle, set } = Object(handler) as { handle?: unknown; set?: unknown }
  return typeof handler === 'function' && Boolean(handle) && Boolean(set)
}

/** Makes `app` a layer of `parent`, and tells it. */
export function mount(parent: Application, path: Untyped, app: Application): void {
  app.mountpath = path
  app.parent = parent
  parent.router.use(path, layerOf(app))
  app.emit('mount', parent)
}

/** The layer a mounted app is called through: it restores what the app changed on the way out. */
function layerOf(app: Application) {
  function mounted_app(req: Request & Handled, res: Response & Handled, next: Untyped): unknown {
    const outer = req[currentApp]
    const requestPrototype: unknown = Object.getPrototypeOf(req)
    const responsePrototype: unknown = Object.getPrototypeOf(res)
    return app.handle(req, res, (error?: unknown) => {
      req[currentApp] = res[currentApp] = outer
      restorePrototype(req, requestPrototype)
      restorePrototype(res, responsePrototype)
      return next(error)
    })
  }
  // By this the router finds its way into the app for `routes`, `explain` and `url`.
  return Object.defineProperty(mounted_app, 'router', { get: () => app.router })
}

function restorePrototype(message: object, prototype: unknown): void {
  if (Object.getPrototypeOf(message) !== prototype) {
    Object.setPrototypeOf(message, prototype as object)
  }
}
