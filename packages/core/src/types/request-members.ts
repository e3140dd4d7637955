import type { MediaType, RequestRanges } from './values.ts'

/** What a request tells that does not name its app, its answer or its handlers. */
export interface RequestMembers {
  /**
   * The value of a request header, whatever its case; `Referer` and `Referrer` are the same.
   *
   * @returns undefined when the client sent none.
   * @example req.get('Content-Type') // 'application/json'
   */
  get(name: 'set-cookie'): string[] | undefined
  get(name: string): string | undefined
  /** Another name for {@link get}. @example req.header('Accept') */
  header(name: 'set-cookie'): string[] | undefined
  header(name: string): string | undefined

  /**
   * The best of the given types for the client, or `false`; all it accepts, best first, without any.
   *
   * Types are media types, extensions or both: `'json'`, `'text/html'`.
   *
   * @example if (req.accepts('html')) res.render('page')
   */
  accepts(): string[]
  accepts(type: string): string | false
  accepts(type: string[]): string | false
  accepts(...type: string[]): string | false
  /** The best of the given charsets for the client, or `false`. @example req.acceptsCharsets('utf-8') */
  acceptsCharsets(): string[]
  acceptsCharsets(charset: string): string | false
  acceptsCharsets(charset: string[]): string | false
  acceptsCharsets(...charset: string[]): string | false
  /** The best of the given codings for the client, or `false`. @example req.acceptsEncodings('br', 'gzip') */
  acceptsEncodings(): string[]
  acceptsEncodings(encoding: string): string | false
  acceptsEncodings(encoding: string[]): string | false
  acceptsEncodings(...encoding: string[]): string | false
  /** The best of the given languages for the client, or `false`. @example req.acceptsLanguages('en', 'zh') */
  acceptsLanguages(): string[]
  acceptsLanguages(lang: string): string | false
  acceptsLanguages(lang: string[]): string | false
  acceptsLanguages(...lang: string[]): string | false

  /**
   * The ranges of the `Range` header for a body of `size` units.
   *
   * @param options - `combine` joins ranges that overlap or touch. @default false
   * @returns -1 when none can be satisfied, -2 when the header is malformed, undefined without one.
   * @example req.range(1000) // [{ start: 0, end: 99 }]
   */
  range(
    size: number,
    options?: { combine?: boolean | undefined },
  ): RequestRanges | -1 | -2 | undefined
  /**
   * Which of the types the request's body is.
   *
   * @returns the type as it was given, or spelt out; `false` for none; `null` when there is no body.
   * @example req.is('json') // 'json'
   */
  is(type: string | string[]): string | false | null
  is(...types: string[]): string | false | null

  /**
   * `http` or `https`; from `X-Forwarded-Proto` where the setting `trust proxy` says so.
   *
   * @example `${req.protocol}://${req.host}` // 'https://example.com'
   */
  readonly protocol: string
  /**
   * Whether `protocol` is `https`.
   *
   * @example if (!req.secure) res.redirect(`https://${req.host}${req.originalUrl}`)
   */
  readonly secure: boolean
  /**
   * The client's address; the first that `trust proxy` does not trust.
   *
   * @example req.ip // '192.0.2.7'
   */
  readonly ip: string | undefined
  /**
   * The trusted part of `X-Forwarded-For`, the client first; empty without `trust proxy`.
   *
   * @example req.ips // ['192.0.2.7', '198.51.100.1']
   */
  readonly ips: string[]
  /**
   * The labels of the host before the domain, last first; see the setting `subdomain offset`.
   *
   * @example req.subdomains // ['ferrets', 'tobi'], for tobi.ferrets.example.com
   */
  readonly subdomains: string[]
  /** The path of the target, canonical, without its query. @example '/users/7' */
  readonly path: string
  /**
   * The host without its port, from a `Host` that was validated.
   *
   * @example req.hostname // 'example.com'
   */
  readonly hostname: string
  /**
   * The host with its port, from a `Host` that was validated.
   *
   * @example req.host // 'example.com:3000'
   */
  readonly host: string
  /**
   * Whether the client's copy is as good as the answer that is prepared (GET and HEAD).
   *
   * @example if (req.fresh) res.status(304).end()
   */
  readonly fresh: boolean
  /** The opposite of `fresh`. @example if (req.stale) res.send(await render()) */
  readonly stale: boolean
  /**
   * Whether `X-Requested-With` says `XMLHttpRequest`.
   *
   * @example res.render(req.xhr ? 'part' : 'page')
   */
  readonly xhr: boolean

  /** What cookie-parser has read; undefined without it. @example req.cookies.theme // 'dark' */
  cookies: any
  /** The signed ones among them whose signature holds. @example req.signedCookies.user // 'ada' */
  signedCookies: any
  /** The method, in upper case. @example 'GET' */
  method: string
  /** The route that is answering. @example req.route?.path // '/users/:id' */
  route: any
  /**
   * The target as the client sent it; `url` and `path` hold its canonical form.
   *
   * @example req.originalUrl // '/blog/posts?page=2'
   */
  originalUrl: string
  /**
   * The target as the current router sees it: canonical, without the path it is mounted at.
   *
   * @example req.url // '/posts?page=2', in a router at '/blog'
   */
  url: string
  /** The path at which the current router is mounted. @example req.baseUrl // '/blog' */
  baseUrl: string
  /** Filled by old content negotiation middleware only. @deprecated Ask `req.accepts()`. */
  accepted: MediaType[]
}
