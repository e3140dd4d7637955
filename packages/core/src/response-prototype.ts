import { ServerResponse } from 'node:http'
import type { Response } from './types/request-response.ts'
import { clearCookie, cookie } from './response/cookies.ts'
import { earlyHints } from './response/early-hints.ts'
import { format } from './response/format.ts'
import * as headers from './response/headers.ts'
import { json, jsonp } from './response/json.ts'
import { location, redirect } from './response/redirect.ts'
import { download, sendFile } from './static/answer-with-file.ts'
import { send } from './response/send.ts'
import { sse } from './events/sse.ts'
import { sendStatus, status } from './response/status.ts'
import { assignLocals, locals, render } from './views/render.ts'
import { renderStream, stream } from './views/stream.ts'

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
  earlyHints,
  format,
  get: headers.get,
  header: headers.set,
  json,
  jsonp,
  links: headers.links,
  location,
  redirect,
  render,
  renderStream,
  send,
  sendFile,
  sendStatus,
  set: headers.set,
  sse,
  status,
  stream,
  type: headers.type,
  vary: headers.vary,
})

Object.defineProperty(response, 'locals', {
  configurable: true,
  enumerable: true,
  get: locals,
  set: assignLocals,
})
