import type express from '@tokkyu/core'
import type { RequestHandler } from '@tokkyu/core'

/** Answers `/controller/action/a/b` with `a` and `b` as its last arguments, of which it names each. */
type Action = (req: express.Request, res: express.Response, ...args: string[]) => unknown

/** What can be asked of a controller: actions that read, and actions that change. */
export interface Controller {
  readonly get?: Record<string, Action>
  readonly post?: Record<string, Action>
}

/**
 * Answers `/controller/action/args` by the function of that name; `index` where a name is left out.
 * It stands at `/{:controller}{/:action}{/*args}`.
 */
export function naturalRoutes(
  controllers: Record<string, Controller>,
): RequestHandler<{ controller?: string; action?: string; args?: string[] }> {
  const actions = listActions(controllers)
  return (req, res, next) => {
    const { controller = 'index', action = 'index', args = [] } = req.params
    const method = req.method === 'HEAD' ? 'GET' : req.method
    const found = actions.get(`${method} ${controller} ${action}`)
    if (!found || found.length !== args.length + 2) return next()
    return found(req, res, ...args)
  }
}

/**
 * Each action under a key of its own, listed once. A name that comes from outside is looked up in this Map and
 * never on an object, which would also find what every object has: `constructor`, `toString`, `__proto__`.
 */
function listActions(controllers: Record<string, Controller>): Map<string, Action> {
  const actions = new Map<string, Action>()
  for (const [controller, methods] of Object.entries(controllers)) {
    for (const [method, named] of Object.entries(methods)) {
      for (const [name, action] of Object.entries(named as Record<string, Action>)) {
        actions.set(`${method.toUpperCase()} ${controller} ${name}`, action)
      }
    }
  }
  return actions
}
