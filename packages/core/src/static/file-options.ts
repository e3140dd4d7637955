import { ArgumentError } from '../errors/argument-error.ts'
import type { Stats } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import type { Dotfiles, FileOptions } from '../types/options.ts'
import { parseMaxAge } from './max-age.ts'

/**
 * Sets headers of a file's answer before ours, which then stand back. A method, whose parameters compare
 * both ways: programs annotate theirs with Express's response.
 */
export type SetHeaders = {
  setHeaders(res: ServerResponse, path: string, stats: Stats): void
}['setHeaders']

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
    throw new ArgumentError('dotfiles option must be "allow", "deny", or "ignore"')
  }
  if (symlinks !== 'inside' && symlinks !== 'follow') {
    throw new ArgumentError('symlinks option must be "inside" or "follow"')
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
  if (ms === undefined)
    throw new ArgumentError(`option maxAge "${age}" is invalid: expected a time`)
  const value = `public, max-age=${Math.floor(ms / 1000)}`
  return options.immutable ? `${value}, immutable` : value
}

/** `false`, a name or several; `true` says no more than nothing at all. */
function readList(option: unknown, byDefault: readonly string[], name: string): readonly string[] {
  if (option === undefined || option === true) return byDefault
  const list: unknown[] = Array.isArray(option) ? option : option ? [option] : []
  if (list.every((one) => typeof one === 'string')) return [...list]
  throw new ArgumentError(`${name} must be array of strings or false`)
}
