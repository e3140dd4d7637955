import { createRequire } from 'node:module'
import findMyWay from 'find-my-way'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
import { match as compilePath } from 'path-to-regexp'
import { addRoute, createRouter, findRoute } from 'rou3'
import ExpressRouter from 'router'

const { Router } = createRequire(import.meta.url)('../entry/index.cjs')

const noop = () => {}

/**
 * Routers that only look up. Each is given a table and gives a function
 * `(method, path) => { path, params } | undefined`, written for its own speed.
 */
export const lookups = {
  tokkyu(routes) {
    const router = new Router()
    for (const { method, path } of routes) router[method.toLowerCase()](path, noop)
    return (method, path) => {
      const found = router.find(method, path)
      return found && { path: found.route.path, params: found.params }
    }
  },

  'find-my-way': (routes) => {
    const router = findMyWay()
    for (const { method, path } of routes) router.on(method, path, noop, { path })
    return (method, path) => {
      const found = router.find(method, path)
      return found ? { path: found.store.path, params: found.params } : undefined
    }
  },

  rou3(routes) {
    const router = createRouter()
    for (const { method, path } of routes) addRoute(router, method, path, path)
    return (method, path) => {
      const found = findRoute(router, method, path)
      return found && { path: found.data, params: found.params }
    }
  },

  hono: (routes) => {
    // Its default: one RegExp for the table if it can be written, else a trie.
    const router = new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] })
    for (const { method, path } of routes) router.add(method, path, path)
    return (method, path) => {
      const [[found], values] = router.match(method, path)
      if (found === undefined) return undefined
      if (values === undefined) return { path: found[0], params: found[1] }
      const params = {}
      for (const name in found[1]) params[name] = values[found[1][name]]
      return { path: found[0], params }
    }
  },

  'path-to-regexp in a loop': (routes) => {
    const matchers = routes.map(({ method, path }) => ({ method, path, match: compilePath(path) }))
    return (method, path) => {
      for (const one of matchers) {
        const found = one.method === method && one.match(path)
        if (found) return { path: one.path, params: found.params }
      }
      return undefined
    }
  },
}

/** Whole dispatch: a request in, a handler called. */
export const dispatchers = {
  tokkyu: (routes, onFound, middlewares) => dispatcher(Router, routes, onFound, middlewares),
  "Express's router": (routes, onFound, middlewares) =>
    dispatcher(ExpressRouter, routes, onFound, middlewares),
}

function dispatcher(Implementation, routes, onFound, middlewares = 0) {
  const router = new Implementation()
  for (let count = 0; count < middlewares; count++) router.use((req, res, next) => next())
  for (const { method, path } of routes) {
    router[method.toLowerCase()](path, (req) => onFound(path, req.params))
  }
  return (method, path, done) => {
    const req = { method, url: path, baseUrl: '', originalUrl: '', params: undefined }
    router.handle(req, {}, done)
  }
}
