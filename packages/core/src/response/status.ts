// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { ArgumentError, ArgumentRangeError } from '../errors/argument-error.ts'
import { STATUS_CODES } from 'node:http'
import { answerGate } from '@tokkyu/session/http'
import type { DispatchedResponse } from '../types/dispatched.ts'

/** Sets the status of the reply; 100 to 999, as node:http takes it. */
export function status(this: DispatchedResponse, code: number): DispatchedResponse {
  if (!Number.isInteger(code)) {
    throw new ArgumentError(
      `Invalid status code: ${JSON.stringify(code)}. Status code must be an integer.`,
    )
  }
  if (code < 100 || code > 999) {
    throw new ArgumentRangeError(
      `Invalid status code: ${JSON.stringify(code)}. Status code must be greater than 99 and less than 1000.`,
    )
  }
  this.statusCode = code
  return this
}

/** Answers with a status and its name as the body. */
export function sendStatus(this: DispatchedResponse, code: number): DispatchedResponse {
  answerGate.refuseSecond(this)
  this.status(code)
  return this.type('txt').send(STATUS_CODES[code] ?? String(code))
}
