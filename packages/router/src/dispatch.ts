import { runLayer } from './dispatch-route.ts'
import type { Layer, LayerMatch } from './layer.ts'
import { mergeParams } from './params.ts'
import { processParams } from './param-callbacks.ts'
import { originLength, pathnameOf } from './pathname.ts'
import type { RouterState } from './router.ts'
import { answerOptions } from './implied-methods.ts'

type Callback = (error?: unknown) => unknown
interface Req {
  method?: string
  url?: string
  baseUrl?: string
  originalUrl?: string
  params?: unknown
  route?: unknown
  next?: unknown
}

export function dispatch(state: RouterState, req: Req, res: object, callback: Callback): void {
  const origin = (req.url ?? '').slice(0, originLength(req.url ?? ''))
  const parentUrl = req.baseUrl ?? ''
  const { params: parentParams, next: parentNext, baseUrl: parentBase } = req
  const called = Object.create(null) as never
  let index = 0
  let removed = ''
  let slashAdded = false
  let sync = 0
  const options: string[] | undefined = req.method === 'OPTIONS' ? [] : undefined

  const done: Callback = (error) => {
    const leave: Callback = (reason) => {
      req.baseUrl = parentBase as never
      req.next = parentNext
      req.params = parentParams
      return callback(reason)
    }
    if (options === undefined || error || options.length === 0) return leave(error)
    return answerOptions(res as never, options, leave)
  }

  req.next = next
  req.baseUrl = parentUrl
  req.originalUrl = req.originalUrl || (req.url as string)
  next()

  function next(error?: unknown): void {
    let layerError = error === 'route' ? null : error
    if (slashAdded) {
      const url = req.url as string
      const isRoot = url === '/' || url.startsWith('/?')
      if (isRoot || (removed.endsWith('/') && url[0] === '/')) req.url = url.slice(1)
      slashAdded = false
    }
    if (removed !== '') {
      req.baseUrl = parentUrl
      req.url = origin + removed + (req.url as string).slice(origin.length)
      removed = ''
    }
    if (layerError === 'router') return void setImmediate(done, null)
    if (index >= state.stack.length) return void setImmediate(done, layerError)
    if (++sync > 100) return void setImmediate(next, error)
    const path = pathnameOf(req.url)
    if (path === undefined) return void done(layerError)

    let found: { layer: Layer; match: LayerMatch } | undefined
    while (index < state.stack.length) {
      const layer = state.stack[index++]!
      let match: LayerMatch | false = false
      try {
        match = layer.match(path)
      } catch (thrown) {
        layerError = layerError || thrown
      }
      if (match === false) continue
      const { route } = layer
      if (route !== undefined) {
        if (layerError) continue
        const handles = route._handlesMethod(req.method)
        if (!handles && options !== undefined) options.push(...route._methods())
        if (!handles && req.method !== 'HEAD') continue
      }
      found = { layer, match }
      break
    }
    if (found === undefined) return void done(layerError)
    const { layer, match } = found
    if (layer.route !== undefined) req.route = layer.route
    req.params = state.mergeParams ? mergeParams(match.params, parentParams) : match.params
    processParams(state.params, match.keys, called, req as never, res, (failure) => {
      if (failure) next(layerError || failure)
      else if (layer.route !== undefined) runLayer(layer, undefined, req, res, next)
      else enterMounted(layer, layerError, match.path, path)
      sync = 0
    })
  }

  function enterMounted(layer: Layer, error: unknown, prefix: string, path: string): void {
    if (prefix !== '') {
      if (!path.startsWith(prefix)) return void next(error)
      const behind = path[prefix.length]
      if (behind !== undefined && behind !== '/') return void next(error)
      removed = prefix
      req.url = origin + (req.url as string).slice(origin.length + prefix.length)
      if (origin === '' && req.url[0] !== '/') {
        req.url = `/${req.url}`
        slashAdded = true
      }
      req.baseUrl = parentUrl + (removed.endsWith('/') ? removed.slice(0, -1) : removed)
    }
    runLayer(layer, error, req, res, next)
  }
}
