import { createHash } from 'node:crypto'
import fs from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'

/** A template names a file that is not below the root. */
export class AssetNotFoundError extends Error {
  override readonly name = 'AssetNotFoundError'
  readonly code = 'ASSET_NOT_FOUND'
  readonly status = 500
  readonly expose = false
  /** The file `asset()` was asked for, from the root, with its leading `/`. */
  readonly asset: string

  constructor(asset: string, root: string, options?: { readonly cause?: unknown }) {
    super(
      `Cannot give a URL for the asset "${asset}": there is no such file below "${root}"`,
      options,
    )
    this.asset = asset
  }
}

/** Options of `createAssets()`. */
export interface AssetOptions {
  /** What stands before the path in URLs, such as `/static`. @default '' */
  readonly prefix?: string | undefined
  /** Milliseconds after which a file is looked at again; `Infinity` for files that never change. @default 1000 */
  readonly recheck?: number | undefined
}

/** Gives the versioned URL of a file; carries the middleware that lets browsers keep it. */
export interface Assets {
  (file: string): string
  /** Goes before `express.static`: what is asked for by its current version never changes. */
  readonly middleware: (
    req: IncomingMessage,
    res: ServerResponse,
    next: (error?: unknown) => void,
  ) => void
}

/**
 * Makes `asset()` for templates: `/app.js` becomes `/app.js?v=` and a hash of its content, so that
 * browsers may keep it for ever and still fetch it anew when it changes.
 *
 * A file is read when it is first named, synchronously, and again when its size or time changed.
 *
 * @param root - the folder that `express.static` serves.
 * @throws {AssetNotFoundError} `ASSET_NOT_FOUND`, from `asset()`.
 * @example
 * const asset = createAssets('public')
 * app.locals.asset = asset // <script src="<%= asset('/app.js') %>">
 * app.use(asset.middleware, express.static('public'))
 */
export function createAssets(
  root: string,
  { prefix = '', recheck = 1000 }: AssetOptions = {},
): Assets {
  const folder = fs.realpathSync(root)
  const known = new Map<string, Version>()

  const versionOf = (file: string): string => {
    const found = known.get(file)
    const now = Date.now()
    if (found !== undefined && now - found.checked < recheck) return found.hash
    const version = readVersion(folder, file, found, now)
    known.set(file, version)
    return version.hash
  }

  const asset = (file: string): string => {
    const rooted = file.startsWith('/') ? file : `/${file}`
    return `${prefix}${encodeURI(rooted).replace(/[?#]/g, encodeURIComponent)}?v=${versionOf(rooted)}`
  }

  const assetsMiddleware: Assets['middleware'] = (req, res, next) => {
    const { originalUrl, url = '' } = req as IncomingMessage & { originalUrl?: string }
    const [, file, version] = VERSIONED.exec(originalUrl ?? url) ?? []
    if (version !== undefined && known.size > 0 && isCurrent(file as string, version)) {
      res.setHeader('Cache-Control', 'public, max-age=31536000, immutable')
    }
    next()
  }

  /** Only for files that `asset()` has named: requests must not make us read. */
  const isCurrent = (url: string, version: string): boolean => {
    if (!url.startsWith(prefix)) return false
    try {
      const file = decodeURI(url.slice(prefix.length))
      return known.has(file) && versionOf(file) === version
    } catch {
      return false
    }
  }

  return Object.assign(asset, { middleware: assetsMiddleware })
}

const VERSIONED = /^([^?#]*)\?v=([\w-]{12})$/
const HASH_LENGTH = 12 // 72 bits; it tells versions apart, and protects nothing

interface Version {
  readonly hash: string
  readonly size: number
  readonly mtime: number
  readonly checked: number
}

function readVersion(
  root: string,
  file: string,
  before: Version | undefined,
  checked: number,
): Version {
  try {
    const real = fs.realpathSync(path.join(root, file))
    if (!real.startsWith(root + path.sep)) throw new AssetNotFoundError(file, root)
    const { size, mtimeMs: mtime } = fs.statSync(real)
    if (before?.size === size && before.mtime === mtime) return { ...before, checked }
    const hash = createHash('sha256')
      .update(fs.readFileSync(real))
      .digest('base64url')
      .slice(0, HASH_LENGTH)
    return { hash, size, mtime, checked }
  } catch (error) {
    if (error instanceof AssetNotFoundError) throw error // it lies outside
    throw new AssetNotFoundError(file, root, { cause: error })
  }
}
