import { IncomingMessage } from 'node:http'
import type { Request } from '../types/request-response.ts'
import * as negotiation from './accepts.ts'
import * as address from './address.ts'
import { is } from './body-type.ts'
import { fresh, stale } from './freshness.ts'
import { get, xhr } from './header.ts'
import { parsedUrl } from './parsed-url.ts'
import { precondition } from './precondition.ts'
import { assign } from './assign.ts'
import { assignQuery, path, query } from './query.ts'
import { range } from './range.ts'
import { signal } from './signal.ts'

/**
 * What every request inherits. A plain object on purpose: what a program adds to it shows in every
 * app made afterwards.
 */
export const request: Request = Object.create(IncomingMessage.prototype)

Object.assign(request, {
  accepts: negotiation.acceptsTypes,
  acceptsCharsets: negotiation.acceptsCharsets,
  acceptsEncodings: negotiation.acceptsEncodings,
  acceptsLanguages: negotiation.acceptsLanguages,
  get,
  header: get,
  is,
  precondition,
  range,
})

const getters = {
  _parsedUrl: parsedUrl,
  fresh,
  host: address.host,
  hostname: address.hostname,
  ip: address.ip,
  ips: address.ips,
  path,
  protocol: address.protocol,
  secure: address.secure,
  signal,
  stale,
  subdomains: address.subdomains,
  xhr,
}

for (const [name, read] of Object.entries(getters)) {
  Object.defineProperty(request, name, {
    configurable: true,
    enumerable: true,
    get: read,
    // An upgrade's listener and a handler beside the app write to requests that are plain to them.
    set(this: object, value: unknown) {
      assign(this, name, value)
    },
  })
}

Object.defineProperty(request, 'query', {
  configurable: true,
  enumerable: true,
  get: query,
  set: assignQuery,
})
