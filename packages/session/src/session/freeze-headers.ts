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
  throw headersSent(verb)
}

/** The error node gives in that case. */
export function headersSent(verb: string): Error {
  const error = new Error(`Cannot ${verb} headers after they are sent to the client`)
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' })
}

/** What is held meanwhile; the methods with the verb of node's message. */
const FROZEN = {
  setHeader: 'set',
  appendHeader: 'append',
  removeHeader: 'remove',
  headersSent: undefined,
  writableEnded: undefined,
}
