// oxlint-disable oxc/no-this-in-exported-function, no-underscore-dangle -- a getter, in the file of its idea; the name is parseurl's
import * as nodeUrl from 'node:url'

/**
 * `req._parsedUrl`, which npm's parseurl leaves on requests of Express and plugins read: the parts of `req.url` as
 * the router has it now. Taken apart when it is asked for; parseurl takes it for its own.
 */
export function parsedUrl(this: Asked): ParsedUrl | undefined {
  const { url } = this
  if (url === undefined) return undefined
  const known = this[PARSED]
  return known?._raw === url ? known : (this[PARSED] = parse(url))
}

const PARSED = Symbol('parsed url')

interface Asked {
  readonly url?: string
  [PARSED]?: ParsedUrl
}

interface ParsedUrl extends nodeUrl.UrlWithStringQuery {
  _raw: string
}

/** The class of what `url.parse` gives. It is there, and has no types. */
const { Url } = nodeUrl as unknown as { readonly Url: new () => ParsedUrl }

function parse(url: string): ParsedUrl {
  const parsed = new Url()
  parsed._raw = url
  parsed.href = url
  const hash = url.indexOf('#')
  if (hash !== -1) parsed.hash = url.slice(hash)
  const rest = readOrigin(hash === -1 ? url : url.slice(0, hash), parsed)
  const mark = rest.indexOf('?')
  parsed.path = rest
  parsed.pathname = mark === -1 ? rest : rest.slice(0, mark)
  if (mark === -1) return parsed
  parsed.search = rest.slice(mark)
  parsed.query = rest.slice(mark + 1)
  return parsed
}

/** @returns the target without scheme and host, which only an absolute one has. */
function readOrigin(target: string, parsed: ParsedUrl): string {
  if (target.startsWith('/') || !URL.canParse(target)) return target
  const { protocol, host, hostname, port, pathname, search } = new URL(target)
  Object.assign(parsed, { protocol, slashes: true, host, hostname, port: port || null })
  return pathname + search
}
