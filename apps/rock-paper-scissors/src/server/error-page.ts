import { STATUS_CODES } from 'node:http'

import type { ErrorRequestHandler, RequestHandler } from '@tokkyu/core'

import { IMAGE_LIMIT, IMAGE_NAMES, IMAGE_TYPES } from './avatar-limits.ts'
import {
  NotFoundError,
  UnknownActionError,
  UnknownLanguageError,
  UnknownOpponentError,
} from './errors.ts'
import { speak } from './language.ts'
import type { Messages } from './messages.ts'
import { NAME_LENGTH } from './profiles/player-name.ts'

/** Put last of the routes: what nobody answered is not there. OPTIONS goes on to its own answer. */
export const notFound: RequestHandler = (req, _res, next) => {
  if (req.method === 'OPTIONS') return next()
  throw new NotFoundError(req.method, req.path)
}

/** Answers every error in the player's language and format; what is our own fault is logged. */
export const showError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) return next(error)
  const status = statusOf(error)
  if (status >= 500 && !FULL.includes(codeOf(error))) console.error(error)
  const t = speak(req, res)
  const detail = tellError(error, status, t)
  res.status(status).set('Cache-Control', 'no-store').vary('Accept')
  switch (req.accepts(['html', 'json', PROBLEM, 'text'])) {
    case 'html':
      return res.render('error.html', {
        t,
        status,
        heading: t.errors.heading(status),
        message: detail,
      })
    case 'json':
    case PROBLEM:
      return res.type(PROBLEM).send(JSON.stringify(problemOf(error, status, detail)))
    default:
      return res.type('text').send(`${detail}\n`)
  }
}

/** The type of problem details: RFC 9457. */
const PROBLEM = 'application/problem+json'

function problemOf(error: unknown, status: number, detail: string): object {
  const title = STATUS_CODES[status]
  return { type: 'about:blank', title, status, detail, code: codeOf(error), ...listAllowed(error) }
}

/** Not our fault, and nothing to look into. */
const FULL: readonly unknown[] = ['DUELS_FULL', 'PROFILES_FULL']

/** The status an error asks for, when it is one for errors. */
function statusOf(error: unknown): number {
  const status = fieldOf(error, 'status')
  return Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599
    ? Number(status)
    : 500
}

function codeOf(error: unknown): unknown {
  return fieldOf(error, 'code')
}

/** What a program could have sent instead, where there is a list of it. */
function listAllowed(error: unknown): { allowed?: readonly string[] } {
  if (isUnknown(error)) return { allowed: error.allowed }
  return codeOf(error) === 'FILE_TYPE_REFUSED' ? { allowed: IMAGE_TYPES } : {}
}

function isUnknown(
  error: unknown,
): error is UnknownActionError | UnknownOpponentError | UnknownLanguageError {
  return (
    error instanceof UnknownActionError ||
    error instanceof UnknownOpponentError ||
    error instanceof UnknownLanguageError
  )
}

function tellError(error: unknown, status: number, { errors }: Messages): string {
  if (error instanceof UnknownActionError) {
    return errors.unknownAction(error.given, error.allowed.join(', '))
  }
  if (error instanceof UnknownOpponentError) {
    return errors.unknownOpponent(error.given, error.allowed.join(', '))
  }
  if (error instanceof UnknownLanguageError) {
    return errors.unknownLanguage(error.given, error.allowed.join(', '))
  }
  switch (codeOf(error)) {
    case 'DUELS_FULL':
      return errors.duelsFull
    case 'PROFILES_FULL':
      return errors.profilesFull
    case 'NAME_REFUSED':
      return errors.nameRefused(NAME_LENGTH)
    case 'NO_IMAGE':
      return errors.noImage
    case 'LIMIT_FILE_SIZE':
      return errors.tooLarge(IMAGE_LIMIT)
    case 'FILE_TYPE_REFUSED':
      return errors.notAnImage(IMAGE_NAMES)
  }
  switch (status) {
    case 403:
      return errors.forbidden
    case 404:
      return errors.notFound
    case 406:
      return errors.notAcceptable
    case 413:
      return errors.bodyTooLarge
    case 421:
      return errors.wrongHost
    case 429:
      return errors.tooMany
  }
  return status < 500 ? errors.badRequest : errors.unexpected
}

function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
}
