import type { SecureServerOptions } from 'node:http2'
import type { ListenOptions } from 'node:net'

/**
 * Called when a file was sent (without an error) or could not be.
 *
 * Written as a method, whose parameters compare both ways: versions of Express's typings disagree whether
 * the error may be missing.
 */
export type Errback = { errback(error?: Error): void }['errback']

/** What a cookie carries besides its value. */
export interface CookieOptions {
  /**
   * Milliseconds until the cookie expires; sent as `Max-Age` in whole seconds.
   *
   * @default none: with the browser's session
   */
  maxAge?: number | undefined
  /** Signs the value with the secret that cookie-parser was given. @default false */
  signed?: boolean | undefined
  /** When the cookie expires. @default with the browser's session */
  expires?: Date | undefined
  /** Hides the cookie from scripts. @default false */
  httpOnly?: boolean | undefined
  /** Paths below which the cookie is sent. @default '/' */
  path?: string | undefined
  /** Host, and hosts below it, to which the cookie is sent. @default the host that set it */
  domain?: string | undefined
  /** Sends the cookie over TLS only. @default false */
  secure?: boolean | undefined
  /** Makes the value fit for a cookie. @default encodeURIComponent */
  encode?: ((value: string) => string) | undefined
  /**
   * Whether requests from other sites carry the cookie; `true` means `'strict'`.
   *
   * @default left to the browser
   */
  sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined
  /** Which cookies a full browser drops last. @default left to the browser */
  priority?: 'low' | 'medium' | 'high' | undefined
  /** Keeps one cookie per embedding site (CHIPS). @default false */
  partitioned?: boolean | undefined
  /**
   * Throws for what browsers drop without a word: more than 4,096 bytes, and `__Host-` or `__Secure-` in
   * front of a name whose cookie has not what they promise. @default false, as in Express
   */
  browserRules?: boolean | undefined
}

/** What becomes of a path in which a name starts with a dot. */
export type Dotfiles = 'allow' | 'deny' | 'ignore'

/** Options of `express.static` and `res.sendFile` alike; the defaults are send's. */
export interface FileOptions {
  /** Sends `Accept-Ranges` and honours `Range`. @default true */
  readonly acceptRanges?: boolean | undefined
  /** Sends `Cache-Control: public, max-age=…`. @default true */
  readonly cacheControl?: boolean | undefined
  /** Dot files: served, 403, or treated as absent. @default 'ignore' */
  readonly dotfiles?: Dotfiles | undefined
  /** Sends a weak ETag made of size and time of change. @default true */
  readonly etag?: boolean | undefined
  /** Tried after a name without extension that does not exist, e.g. `['html']`. @default false */
  readonly extensions?: string | readonly string[] | boolean | undefined
  /** Adds `immutable` to `Cache-Control`. @default false */
  readonly immutable?: boolean | undefined
  /** What stands for a directory; the first that exists, or none. @default 'index.html' */
  readonly index?: string | readonly string[] | boolean | undefined
  /** Sends `Last-Modified`. @default true */
  readonly lastModified?: boolean | undefined
  /** `max-age`, in milliseconds or as text such as `'1d'`; at most one year. @default 0 */
  readonly maxAge?: number | string | undefined
  /** The older spelling of `maxAge`. @default none */
  readonly maxage?: number | string | undefined
  /**
   * The folder that paths are relative to, and that they cannot leave.
   *
   * @default none: paths are absolute
   */
  readonly root?: string | undefined
  /**
   * Symbolic links that lead out of the root: treated as absent, or followed as Express does.
   *
   * @default 'inside'
   */
  readonly symlinks?: 'inside' | 'follow' | undefined
  /** First byte of the file to send; ranges count from here. @default 0 */
  readonly start?: number | undefined
  /** Last byte of the file to send, included. @default the last */
  readonly end?: number | undefined
}

/** How `res.sendFile` sends a file. */
export interface SendFileOptions extends FileOptions {
  /** Headers sent with the file. @default none */
  readonly headers?: Readonly<Record<string, unknown>> | undefined
}

/** How `res.download` sends a file; its `Content-Disposition` is the method's. */
export interface DownloadOptions extends SendFileOptions {}

/** How a router reads its paths. */
export interface RouterOptions {
  /** Whether `/Foo` and `/foo` are different paths. @default false */
  caseSensitive?: boolean | undefined
  /** Whether `req.params` keeps the parent's parameters. @default false */
  mergeParams?: boolean | undefined
  /** Whether `/foo` and `/foo/` are different paths. @default false */
  strict?: boolean | undefined
  /** Whether a path with other methods answers 405 with `Allow`. @default false */
  methodNotAllowed?: boolean | undefined
}

/** How `app.listen` serves HTTP/2: where to listen, and what `http2.createSecureServer` takes. */
export interface Http2ListenOptions extends SecureServerOptions, ListenOptions {
  /**
   * Serves HTTP/2, and HTTP/1.1 as well unless `allowHTTP1` is false. Without `key` and `cert` it is in
   * clear text, for proxies that are told so, and without HTTP/1.1.
   */
  readonly http2: true
}

/** How `app.close()` ends. */
export interface CloseOptions {
  /**
   * How long requests that are being answered may take.
   *
   * - Unit: milliseconds; after it their connections are cut.
   *
   * @default `app.limits.closeGrace`: 10_000
   */
  readonly grace?: number | undefined
}

/** How `res.stream` sends the pagelets of a view. */
export interface StreamViewOptions {
  /**
   * Whether each comes when it is ready, or in its place, as if it were waited for there.
   *
   * @default 'in order' for who asks for it, and else 'out of order'
   */
  readonly pagelets?: 'in order' | 'out of order' | undefined
  /**
   * What is written on the link to the page with its pagelets in order, for browsers that neither know
   * pagelets nor run scripts; false for no link.
   *
   * @default 'Show the whole page'
   */
  readonly wayBack?: string | false | undefined
}
