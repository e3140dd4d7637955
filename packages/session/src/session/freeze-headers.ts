import type { ServerResponse } from 'node:http'

/**
 * To the handler an answer that was begun is under way, so its headers cannot change any more.
 *
 * @returns what lets the response speak for itself again, with what others had put on it before.
 */
export function freezeHeaders(res: ServerResponse, isEnded: () => boolean): () => void {
  const held = Object.keys(FROZEN).map((name) => [name, own(res, name)] as const)
  for (const [name, verb] of Object.entries(FROZEN)) {
    if (verb !== undefined) define(res, name, { writable: true, value: () => refuse(verb) })
  }
  define(res, 'headersSent', { get: () => true })
  define(res, 'writableEnded', { get: isEnded })
  return () => {
    for (const [name, before] of held) {
      if (before) Object.defineProperty(res, name, before)
      else Reflect.deleteProperty(res, name)
    }
  }
}

function own(res: ServerResponse, name: string): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(res, name)
}

function define(res: ServerResponse, name: string, how: PropertyDescriptor): void {
  Object.defineProperty(res, name, { configurable: true, ...how })
}

function refuse(verb: string): never {
  throw new HeadersSentError(verb)
}

/** The answer has begun, so its headers can no longer be changed; node's code and words for it. */
export class HeadersSentError extends Error {
  override readonly name = 'HeadersSentError'
  readonly code = 'ERR_HTTP_HEADERS_SENT'
  readonly status = 500
  readonly expose = false

  constructor(verb: string) {
    super(`Cannot ${verb} headers after they are sent to the client`)
  }
}

/** What is held meanwhile; the methods with the verb of node's message. */
const FROZEN = {
  setHeader: 'set',
  appendHeader: 'append',
  removeHeader: 'remove',
  headersSent: undefined,
  writableEnded: undefined,
}
