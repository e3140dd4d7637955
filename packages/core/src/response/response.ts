import { ServerResponse } from 'node:http'
import type { Response } from '../types/express.ts'
import { clearCookie, cookie } from './cookies.ts'
import { format } from './format.ts'
import * as headers from './headers.ts'
import { json, jsonp } from './json.ts'
import { assignLocals, locals } from './locals.ts'
import { location, redirect } from './redirect.ts'
import { render } from './render.ts'
import { download, sendFile } from './send-file.ts'
import { send } from './send.ts'
import { sendStatus, status } from './status.ts'

/**
 * What every response inherits. A plain object on purpose: what a program adds to it shows in every
 * app made afterwards.
 */
export const response: Response = Object.create(ServerResponse.prototype)

Object.assign(response, {
  append: headers.append,
  attachment: headers.attachment,
  clearCookie,
  contentType: headers.type,
  cookie,
  download,
  format,
  get: headers.get,
  header: headers.set,
  json,
  jsonp,
  links: headers.links,
  location,
  redirect,
  render,
  send,
  sendFile,
  sendStatus,
  set: headers.set,
  status,
  type: headers.type,
  vary: headers.vary,
})

Object.defineProperty(response, 'locals', {
  configurable: true,
  enumerable: true,
  get: locals,
  set: assignLocals,
})
