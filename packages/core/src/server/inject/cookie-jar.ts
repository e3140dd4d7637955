import type { OutgoingHttpHeaders } from 'node:http'

import { headerOf, locationOf } from './headers.ts'

interface Kept {
  readonly name: string
  readonly value: string
  readonly path: string
  /** The host it was given by, and whether hosts below that get it too. */
  readonly host: string
  readonly below: boolean
  readonly secure: boolean
  readonly expires: number
}

/** Cookies between the requests of one client, kept and sent by RFC 6265bis, §5.6 to 5.8. */
export class CookieJar {
  readonly #cookies = new Map<string, Kept>()

  /** The header `Cookie` of a request; none when it has its own. */
  headerFor(
    target: string,
    secure: boolean,
    headers: OutgoingHttpHeaders | undefined,
  ): { Cookie?: string } {
    const pairs = this.#sentTo(locationOf(target, secure, headers)).map(
      ({ name, value }) => `${name}=${value}`,
    )
    return pairs.length > 0 && headerOf(headers, 'cookie') === undefined
      ? { Cookie: pairs.join('; ') }
      : {}
  }

  /** The value that would be sent. */
  valueOf(name: string, location: URL): string | undefined {
    return this.#sentTo(location).find((each) => each.name === name)?.value
  }

  /** Keeps what an answer set. */
  keep(
    target: string,
    secure: boolean,
    headers: OutgoingHttpHeaders | undefined,
    fields: readonly string[],
  ): void {
    const location = locationOf(target, secure, headers)
    for (const field of fields) {
      const cookie = read(field, location)
      if (!cookie) continue
      const key = [cookie.name, cookie.host, cookie.path].join('\n')
      if (cookie.expires > Date.now()) this.#cookies.set(key, cookie)
      else this.#cookies.delete(key)
    }
  }

  /** Those that a request takes along, the longest path first. */
  #sentTo({ hostname, pathname, protocol }: URL): Kept[] {
    return [...this.#cookies.values()]
      .filter(
        ({ host, below, path, secure, expires }) =>
          (hostname === host || (below && hostname.endsWith(`.${host}`))) &&
          isBelow(pathname, path) &&
          (!secure || protocol === 'https:') &&
          expires > Date.now(),
      )
      .toSorted((one, other) => other.path.length - one.path.length)
  }
}

/** A field `Set-Cookie`; undefined for what a browser would not keep. */
function read(field: string, { hostname, pathname, protocol }: URL): Kept | undefined {
  const [pair = '', ...rest] = field.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, Math.max(equals, 0)).trim()
  const attributes = new Map(
    rest.map((each) => {
      const [key = '', ...value] = each.split('=')
      return [key.trim().toLowerCase(), value.join('=').trim()] as const
    }),
  )
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase() || undefined
  const path = attributes.get('path')
  const secure = attributes.has('secure')
  if (name === '' && pair.slice(equals + 1).trim() === '') return undefined
  if (domain && domain !== hostname && !hostname.endsWith(`.${domain}`)) return undefined
  if (secure && protocol !== 'https:') return undefined
  if (/^__secure-/i.test(name) && !secure) return undefined
  if (/^__host-/i.test(name) && (!secure || domain || path !== '/')) return undefined
  return {
    name,
    value: pair.slice(equals + 1).trim(),
    path: path?.startsWith('/') ? path : pathname.slice(0, pathname.lastIndexOf('/')) || '/',
    host: domain ?? hostname,
    below: domain !== undefined,
    secure,
    expires: expiryOf(attributes),
  }
}

function expiryOf(attributes: ReadonlyMap<string, string>): number {
  const age = attributes.get('max-age')
  if (age !== undefined && /^-?\d+$/.test(age)) return Date.now() + Number(age) * 1000
  const date = Date.parse(attributes.get('expires') ?? '')
  return Number.isNaN(date) ? Number.POSITIVE_INFINITY : date
}

/** Path-match of RFC 6265bis, §5.1.4. */
function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`)
}
