import { isThenable } from './invoke.ts'
import { verbOf } from './methods.ts'
import type { Layer } from './layer.ts'
import type { Route } from './route.ts'

type Callback = (error?: unknown) => unknown

export function dispatchRoute(
  route: Route,
  req: { method?: string; route?: unknown },
  res: object,
  done: Callback,
): void {
  const { stack } = route
  if (stack.length === 0) return void done()
  let verb = verbOf(req.method)
  if (verb === 'head' && route.methods['head'] !== true) verb = 'get'
  req.route = route
  let index = 0
  let sync = 0
  next()

  function next(error?: unknown): void {
    if (error === 'route') return void done()
    if (error === 'router') return void done(error)
    if (index >= stack.length) return void done(error)
    if (++sync > 100) return void setImmediate(next, error)
    let layer: Layer | undefined
    while (index < stack.length) {
      const candidate = stack[index++]!
      if (candidate.method === undefined || candidate.method === verb) {
        layer = candidate
        break
      }
    }
    if (layer === undefined) return void done(error)
    runLayer(layer, error, req, res, next)
    sync = 0
  }
}

export function runLayer(
  layer: Layer,
  error: unknown,
  req: object,
  res: object,
  next: Callback,
): void {
  const handle = layer.handle as (...args: unknown[]) => unknown
  if (error ? handle.length !== 4 : handle.length > 3) return void next(error)
  try {
    const result = error ? handle(error, req, res, next) : handle(req, res, next)
    if (isThenable(result)) {
      result.then(undefined, (reason: unknown) => next(reason || new Error('Rejected promise')))
    }
  } catch (thrown) {
    next(thrown)
  }
}
