import { resolve } from 'node:path'

import { request as requestPrototype } from './request/index.ts'
import { prototypesOf } from './server/classes.ts'
import type { Application } from './types/application.ts'
import { View } from './views/render.ts'

/** Marks settings whose `trust proxy` was never set by hand, and which a parent's may replace. */
const trustIsDefault = Symbol('trust proxy is the default')

/** Gives an app the settings it starts with, and has it take over its parent's when it is mounted. */
export function configure(app: Application): void {
  const env = process.env['NODE_ENV'] || 'development'
  app.enable('x-powered-by')
  app.set('etag', 'weak')
  app.set('env', env)
  app.set('query parser', 'simple')
  app.set('subdomain offset', 2)
  app.set('trust proxy', false)
  app.enable('path canonical')
  app.enable('host policy')
  noteTrust(app, true)

  app.on('mount', (parent: Application) => {
    const { settings } = app as { settings: Marked }
    if (settings[trustIsDefault] === true && parent.settings['trust proxy fn']) {
      delete app.settings['trust proxy']
      delete app.settings['trust proxy fn']
    }
    inheritFrom(app, parent)
  })

  app.locals = Object.create(null)
  app.mountpath = '/'
  app.locals['settings'] = app.settings
  app.set('view', View)
  app.set('views', resolve('views'))
  app.set('jsonp callback name', 'callback')
  if (env === 'production') app.enable('view cache')
}

/** Notes whether `trust proxy` is what an app starts with, or was set by hand. */
export function noteTrust({ settings }: Application, isDefault: boolean): void {
  Object.defineProperty(settings, trustIsDefault, { configurable: true, value: isDefault })
}

interface Marked {
  readonly [trustIsDefault]?: boolean
}

function inheritFrom(app: Application, parent: Application): void {
  Object.setPrototypeOf(app.engines, parent.engines)
  Object.setPrototypeOf(app.settings, parent.settings)
  // Below an app of Express's own, which lacks what ours have, requests stay what they are here.
  const above = prototypesOf(parent) ?? parent
  if (!Object.prototype.isPrototypeOf.call(requestPrototype, above.request)) return
  const own = prototypesOf(app)!
  Object.setPrototypeOf(own.request, above.request)
  Object.setPrototypeOf(own.response, above.response)
  own.outerHome = prototypesOf(parent)?.home
}
