import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** Headers by which handlers learn under which name and path they are asked; who forges one gets a key of his own. */
const NAMING_HEADERS = [
  'forwarded',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-host',
  'x-original-host',
  'x-original-url',
  'x-rewrite-url',
]

/**
 * What is the handler's to judge: preconditions that speak of the resource itself, not of a copy, and headers that
 * ask for another method than the request line says.
 */
const FOR_THE_HANDLER = [
  'if-match',
  'if-unmodified-since',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
]

/** What stands between the parts of a key: no URL and no header can hold it. */
const SEPARATOR = '\n'

/** `https://host/path?query`, and what else names the resource; `undefined` where no host is given. */
export function keyOfRequest(
  req: IncomingMessage,
  keyHeaders: readonly string[],
): string | undefined {
  const host = hostOf(req)
  if (host === undefined) return undefined
  const scheme = (req.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http'
  const url = (req as { originalUrl?: string }).originalUrl ?? req.url ?? ''
  return `${scheme}://${host}${url}${namedBy(req, NAMING_HEADERS)}${namedBy(req, keyHeaders)}`
}

/** Few requests have such headers, and all are asked for them: nothing is made for those that have none. */
function namedBy(req: IncomingMessage, names: readonly string[]): string {
  let named = ''
  for (const name of names) {
    const value = headerOf(req, name)
    if (value !== undefined) named += `${SEPARATOR}${name}=${value}`
  }
  return named
}

/** The key of the variant that this request asks for. */
export function variantOf(key: string, names: readonly string[], req: IncomingMessage): string {
  const asked = names.map((name) => {
    const value = headerOf(req, name)
    // A field that is not there is not one that is empty.
    return value === undefined ? name : `${name}:${value}`
  })
  return [key, ...asked].join(SEPARATOR)
}

/** How the keys of all variants of a resource begin. */
export function variantsOf(key: string): string {
  return key + SEPARATOR
}

/** Whether a request is one that a cache can answer at all. */
export function isAnswerable(req: IncomingMessage): boolean {
  if (req.method !== 'GET' && req.method !== 'HEAD') return false
  // A body could say what the answer is, and no key has it.
  const { headers } = req
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)
    return false
  if (headers['upgrade'] !== undefined) return false
  return !FOR_THE_HANDLER.some((name) => headers[name] !== undefined)
}

/** Whether a request says who asks. */
export function isPersonal({ headers }: IncomingMessage): boolean {
  return headers.cookie !== undefined || headers.authorization !== undefined
}

function hostOf({ headers }: IncomingMessage): string | undefined {
  const host = headers[':authority'] ?? headers.host
  return typeof host === 'string' && host !== '' ? host.toLowerCase() : undefined
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value?.trim()
}
