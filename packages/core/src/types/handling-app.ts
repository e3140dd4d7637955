import type { EventEmitter } from 'node:events'

import type { ApplicationMembers, Listens } from './application-members.ts'
import type { GlobalApplication, Locals } from './global.ts'

/**
 * The functions that register handlers, except `get` and what Express's typings lack. Written out: an app
 * registers handlers, handlers take requests, and those have this app.
 */
export type RegisteringName =
  | 'all'
  | 'checkout'
  | 'connect'
  | 'copy'
  | 'delete'
  | 'head'
  | 'link'
  | 'lock'
  | 'm-search'
  | 'merge'
  | 'mkactivity'
  | 'mkcol'
  | 'move'
  | 'notify'
  | 'options'
  | 'param'
  | 'patch'
  | 'post'
  | 'propfind'
  | 'proppatch'
  | 'purge'
  | 'put'
  | 'report'
  | 'route'
  | 'search'
  | 'subscribe'
  | 'trace'
  | 'unlink'
  | 'unlock'
  | 'unsubscribe'
  | 'use'

/**
 * `req.app`: an `Application` whose functions that register handlers, or listen, take anything. A request is
 * there to read settings and locals; and compared by those functions, overload by overload, hardly any two
 * versions of Express's typings would find a request of the other one fit. Without what theirs lacks: a
 * function that takes our request would refuse theirs.
 */
export interface HandlingApp
  extends
    EventEmitter,
    ApplicationMembers,
    GlobalApplication,
    Record<RegisteringName | keyof Listens, (...args: any[]) => any> {
  (req: any, res: any, next?: any): any
  /** The value of a setting. @example req.app.get('trust proxy') */
  get: (...args: any[]) => any
  /** The layers of the app's router. */
  stack: any[]
  /** The app's router. */
  router: any
  /** Data for every view of the app. */
  locals: Record<string, any> & Locals
}
