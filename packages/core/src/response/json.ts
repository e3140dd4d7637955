// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { answerGate } from '@tokkyu/session/http'
import type { DispatchedRequest, DispatchedResponse } from '../types/dispatched.ts'
import type { HandlingApp } from '../types/handling-app.ts'
import { replyPlainly, send } from './send.ts'

/** Answers with JSON, written as the settings `json replacer`, `json spaces`, `json escape` say. */
export function json(this: DispatchedResponse, value: unknown): DispatchedResponse {
  answerGate.refuseSecond(this)
  const text = stringify(value, this.app)
  if (text !== undefined && this.send === send && replyPlainly(this, JSON_TYPE, text)) return this
  if (!this.getHeader('Content-Type')) this.set('Content-Type', 'application/json')
  return this.send(text)
}

/**
 * Answers with JSON, or with a script that hands it to the callback which the query names (the
 * setting `jsonp callback name`).
 */
export function jsonp(this: DispatchedResponse, value: unknown): DispatchedResponse {
  answerGate.refuseSecond(this)
  const text = stringify(value, this.app)
  const callback = callbackName(this.req)
  if (!this.getHeader('Content-Type') || callback !== undefined)
    this.set('X-Content-Type-Options', 'nosniff')
  if (callback === undefined) {
    if (!this.getHeader('Content-Type')) this.set('Content-Type', 'application/json')
    return this.send(text)
  }
  this.set('Content-Type', 'text/javascript')
  // The comment in front keeps the reply from being taken for a Flash file ("Rosetta Flash",
  // CVE-2014-4671), whose first bytes the caller's callback would otherwise choose.
  return this.send(`/**/ typeof ${callback} === 'function' && ${callback}(${asScript(text)});`)
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** The query is the client's: only what a property path is made of survives. */
function callbackName({ query, app }: DispatchedRequest): string | undefined {
  const given = query[app.get('jsonp callback name')]
  const name = Array.isArray(given) ? given[0] : given
  return typeof name === 'string' && name ? name.replace(/[^[\]\w$.]/g, '') : undefined
}

/** JSON in a script: U+2028 and U+2029 ended a line there before ES2019. */
function asScript(text: string | undefined): string {
  if (text === undefined) return ''
  return text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

function stringify(value: unknown, { settings }: HandlingApp): string | undefined {
  const replacer = settings['json replacer']
  const spaces = settings['json spaces']
  // V8 has a faster path for the call with one argument.
  const text = replacer || spaces ? JSON.stringify(value, replacer, spaces) : JSON.stringify(value)
  return settings['json escape'] && text !== undefined ? escapeForHtml(text) : text
}

/** Keeps a browser that sniffs from seeing markup in JSON. */
function escapeForHtml(text: string): string {
  return text.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
}
