import type { IncomingMessage, ServerResponse } from 'node:http'

import { clientTag } from './open-pages.ts'

type Given = unknown[]
type Method = (...given: Given) => unknown

/**
 * Has the answer to a navigation end with the script that reloads the page, when it is a page.
 *
 * Such a request loses its `Accept-Encoding`: what was compressed could not be added to.
 */
export function addClient(req: IncomingMessage, res: ServerResponse): void {
  if (!isNavigation(req)) return
  delete req.headers['accept-encoding']
  const own = res as unknown as Record<'writeHead' | 'write' | 'end', Method>
  const { writeHead, write, end } = own
  let tag: string | undefined
  let isDecided = false
  const decide = (status: number, header: (name: string) => string): void => {
    if (isDecided) return
    isDecided = true
    const hasBody = status !== 204 && status !== 304 && status !== 206
    if (!hasBody || header('content-encoding') || !/^text\/html\b/i.test(header('content-type')))
      return
    tag = clientTag(nonceIn(header('content-security-policy')))
    res.removeHeader('Content-Length')
  }
  const ofResponse = (name: string): string => String(res.getHeader(name) ?? '')

  own.writeHead = (...given) => {
    const status = Number(given[0])
    const headers = given.find((each) => typeof each === 'object' && each !== null)
    const pairs = pairsOf(headers)
    decide(status, (name) => pairs.get(name) ?? ofResponse(name))
    const kept = tag === undefined ? headers : withoutLength(headers)
    return writeHead.apply(
      res,
      given.map((each) => (each === headers ? kept : each)),
    )
  }
  own.write = (...given) => {
    decide(res.statusCode, ofResponse)
    return write.apply(res, given)
  }
  own.end = (...given) => {
    decide(res.statusCode, ofResponse)
    const [chunk, encoding] = given
    if (tag === undefined) return end.apply(res, given)
    const rest = given.filter((each) => typeof each === 'function')
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array))
      return end.call(res, tag, ...rest)
    const body = Buffer.from(
      chunk as string,
      typeof encoding === 'string' ? (encoding as 'utf8') : 'utf8',
    )
    return end.call(res, Buffer.concat([body, Buffer.from(tag)]), ...rest)
  }
}

/** Whether the answer will be shown as a page. */
function isNavigation({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' || !headers.accept?.includes('text/html')) return false
  const destination = headers['sec-fetch-dest']
  return destination === undefined || destination === 'document' || destination === 'iframe'
}

/** The nonce that the policy of a page asks of scripts. */
function nonceIn(policy: string): string | undefined {
  const directives = new Map<string, string>()
  for (const directive of policy.split(/[;,]/)) {
    const [name = '', ...sources] = directive.trim().split(/\s+/)
    if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources.join(' '))
  }
  const scripts = ['script-src-elem', 'script-src', 'default-src'].find((name) =>
    directives.has(name),
  )
  return /'nonce-([\w+/=-]+)'/.exec(directives.get(scripts ?? '') ?? '')?.[1]
}

/** Headers as `writeHead` takes them: an object, pairs, or names and values in turn. */
function pairsOf(headers: unknown): Map<string, string> {
  const pairs = new Map<string, string>()
  if (!Array.isArray(headers))
    for (const [name, value] of Object.entries(Object(headers) as object))
      pairs.set(name.toLowerCase(), String(value))
  else if (Array.isArray(headers[0]))
    for (const [name, value] of headers as [unknown, unknown][])
      pairs.set(String(name).toLowerCase(), String(value))
  else
    for (let at = 0; at + 1 < headers.length; at += 2)
      pairs.set(String(headers[at]).toLowerCase(), String(headers[at + 1]))
  return pairs
}

/** The same headers, in the same form, without a length. */
function withoutLength(headers: unknown): unknown {
  if (!Array.isArray(headers))
    return Object.fromEntries(
      Object.entries(Object(headers) as object).filter(([name]) => !isLength(name)),
    )
  if (Array.isArray(headers[0])) return headers.filter(([name]: unknown[]) => !isLength(name))
  return headers.filter((_, at) => !isLength(headers[at - (at % 2)]))
}

function isLength(name: unknown): boolean {
  return String(name).toLowerCase() === 'content-length'
}
