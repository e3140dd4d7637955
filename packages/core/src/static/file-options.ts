import type { Stats } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { parseMaxAge } from './max-age.ts'

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
  readonly extensions?: string | readonly string[] | false | undefined
  /** Adds `immutable` to `Cache-Control`. @default false */
  readonly immutable?: boolean | undefined
  /** What stands for a directory; the first that exists, or none. @default 'index.html' */
  readonly index?: string | readonly string[] | boolean | undefined
  /** Sends `Last-Modified`. @default true */
  readonly lastModified?: boolean | undefined
  /** `max-age`, in milliseconds or as text such as `'1d'`; at most one year. @default 0 */
  readonly maxAge?: number | string | undefined
  /** The older spelling of `maxAge`. */
  readonly maxage?: number | string | undefined
  /** The folder that paths are relative to, and that they cannot leave. */
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

/** Sets headers of a file's answer before ours, which then stand back. */
export type SetHeaders = (res: ServerResponse, path: string, stats: Stats) => void

/** The options once they are checked. */
export interface FileSettings {
  readonly acceptRanges: boolean
  readonly cacheControl: string | undefined
  readonly dotfiles: Dotfiles
  readonly etag: boolean
  readonly extensions: readonly string[]
  readonly index: readonly string[]
  readonly lastModified: boolean
  readonly root: string | undefined
  readonly followsSymlinks: boolean
  readonly start: number
  readonly end: number | undefined
  readonly setHeaders: SetHeaders | undefined
}

/** @throws {TypeError} for values that mean nothing. */
export function readFileOptions(
  options: FileOptions,
  setHeaders: SetHeaders | undefined,
  root = options.root,
): FileSettings {
  const { dotfiles = 'ignore', symlinks = 'inside' } = options
  if (dotfiles !== 'ignore' && dotfiles !== 'allow' && dotfiles !== 'deny') {
    throw new TypeError('dotfiles option must be "allow", "deny", or "ignore"')
  }
  if (symlinks !== 'inside' && symlinks !== 'follow') {
    throw new TypeError('symlinks option must be "inside" or "follow"')
  }
  return {
    acceptRanges: isOn(options.acceptRanges, true),
    cacheControl: isOn(options.cacheControl, true) ? cacheControlOf(options) : undefined,
    dotfiles,
    etag: isOn(options.etag, true),
    extensions: readList(options.extensions, [], 'extensions option'),
    index: readList(options.index, ['index.html'], 'index option'),
    lastModified: isOn(options.lastModified, true),
    root: root ? resolve(root) : undefined,
    followsSymlinks: symlinks === 'follow',
    start: options.start || 0,
    end: options.end,
    setHeaders,
  }
}

function isOn(option: unknown, byDefault: boolean): boolean {
  return option === undefined ? byDefault : Boolean(option)
}

function cacheControlOf(options: FileOptions): string {
  const age = options.maxAge || options.maxage || 0
  const ms = parseMaxAge(age)
  if (ms === undefined) throw new TypeError(`option maxAge "${age}" is invalid: expected a time`)
  const value = `public, max-age=${Math.floor(ms / 1000)}`
  return options.immutable ? `${value}, immutable` : value
}

/** `false`, a name or several; `true` says no more than nothing at all. */
function readList(option: unknown, byDefault: readonly string[], name: string): readonly string[] {
  if (option === undefined || option === true) return byDefault
  const list: unknown[] = Array.isArray(option) ? option : option ? [option] : []
  if (list.every((one) => typeof one === 'string')) return [...list]
  throw new TypeError(`${name} must be array of strings or false`)
}
