import type { ServerResponse } from 'node:http'

/** To the handler an answer that was begun is under way, so its headers cannot change any more. */
export function freezeHeaders(res: ServerResponse, isEnded: () => boolean): void {
  for (const [name, verb] of FROZEN) {
    Object.defineProperty(res, name, {
      configurable: true,
      writable: true,
      value: () => {
        throw headersSent(verb)
      },
    })
  }
  Object.defineProperty(res, 'headersSent', { configurable: true, get: () => true })
  Object.defineProperty(res, 'writableEnded', { configurable: true, get: isEnded })
}

/** The error node gives in that case. */
export function headersSent(verb: string): Error {
  const error = new Error(`Cannot ${verb} headers after they are sent to the client`)
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' })
}

/** Lets the response speak for itself again. */
export function unfreezeHeaders(res: ServerResponse): void {
  for (const [name] of FROZEN) delete (res as unknown as Record<string, unknown>)[name]
  delete (res as { headersSent?: boolean }).headersSent
  delete (res as { writableEnded?: boolean }).writableEnded
}

const FROZEN = [
  ['setHeader', 'set'],
  ['appendHeader', 'append'],
  ['removeHeader', 'remove'],
] as const
