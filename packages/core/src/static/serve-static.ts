import { ArgumentError } from '../errors/argument-error.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { onDemand } from '../on-demand.ts'
import { splitTarget } from '../request/target.ts'
import type { Piece } from '../response/multipart-ranges.ts'
import { ownOptions } from '../own-options.ts'
import { FileAbortedError, FileError, FileNotFoundError } from './errors.ts'
import { readFileOptions, type FileSettings, type SetHeaders } from './file-options.ts'
import type { FileOptions } from '../types/options.ts'
import { findFile } from './find-file.ts'
import { planReply } from './plan-reply.ts'
import { findSibling, readCodings, type SiblingCoding } from './precompressed.ts'
import { redirectToDirectory } from './redirect-directory.ts'
import { replyFromMemory, validatorsOf } from './reply-from-memory.ts'
import { represent } from './representation.ts'
import { locate, safeUrlPath, type SafePath } from './safe-path.ts'
import { sendPieces } from './send-pieces.ts'
import {
  readSmallFileOptions,
  SmallFiles,
  type SmallFile,
  type SmallFileOptions,
} from './small-files.ts'

/** Options of {@link serveStatic}, beside those of files. */
export interface StaticOptions extends Omit<FileOptions, 'root' | 'start' | 'end'> {
  /** Passes on what it cannot serve, instead of answering 4xx itself. @default true */
  readonly fallthrough?: boolean | undefined
  /** Sends `/folder` to `/folder/`. @default true */
  readonly redirect?: boolean | undefined
  /** Called before the headers of a file are set; what it sets stands. @default none */
  readonly setHeaders?: SetHeaders | undefined
  /**
   * Serves `app.js.br`, `app.js.zst` or `app.js.gz` for `app.js` to clients that take it, with
   * `Vary` and an ETag of its own: all of them, or those listed.
   *
   * @default false
   */
  readonly precompressed?: boolean | readonly SiblingCoding[] | undefined
  /**
   * Which small files are kept in memory, or `false` for none. They are never served stale.
   *
   * @default those of up to 64 kb, 16 MB of them
   */
  readonly memory?: SmallFileOptions | false | undefined
}

/** `(req, res, next)` middleware, under Tokkyu, Express, Connect or by hand. */
export type StaticHandler = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** One folder and how it is served. */
interface Site {
  readonly root: string
  readonly settings: FileSettings
  readonly codings: readonly SiblingCoding[]
  readonly memory: SmallFiles | undefined
}

/**
 * Serves the files of a folder for GET and HEAD. Nothing outside of the folder is ever served.
 *
 * - Errors, to `next`: 412 and 416 for a file that was found; with `fallthrough: false` also 400,
 *   403 and 404. A read error is 500.
 *
 * @throws {TypeError} for options that mean nothing.
 * @example app.use(serveStatic('public', { maxAge: '1d' }))
 */
export function serveStatic(root: string, options?: StaticOptions): StaticHandler {
  const { fallthrough, redirect, setHeaders, ...rest } = ownOptions(options)
  const site = readSite(root, ownOptions(rest), setHeaders)
  const passesOn = fallthrough !== false
  const redirects = redirect !== false

  const serveFile: StaticHandler = (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      return passesOn ? next() : refuseMethod(res)
    }
    const pathname = requestedPath(req)
    const safe = safeUrlPath(pathname, site.settings.dotfiles)
    if (safe instanceof FileError) return passesOn ? next() : next(safe)

    const small = recall(site, safe)
    if (small !== undefined) return sendSmall(req, res, small, site.settings, next)
    if (passesOn && isAbsent(site, safe)) return next()

    serve(req, res, site, safe).then(
      (served) => {
        if (served === 'sent') return
        if (served === 'directory' && redirects && !pathname.endsWith('/')) {
          return redirectToDirectory(req, res)
        }
        const reason = served === 'directory' ? new FileNotFoundError() : served.missing
        process.nextTick(next, passesOn && statusOf(reason) < 500 ? undefined : reason)
      },
      (error: unknown) => {
        // The client left: there is nobody to tell, and nothing went wrong.
        if (!(error instanceof FileAbortedError)) process.nextTick(next, error)
      },
    )
  }
  // Express's name: tracing tools name layers and spans after the function.
  return Object.defineProperty(serveFile, 'name', { value: 'serveStatic', configurable: true })
}

function readSite(root: string, options: StaticOptions, setHeaders: SetHeaders | undefined): Site {
  if (!root) throw new ArgumentError('root path required')
  if (typeof root !== 'string') throw new ArgumentError('root path must be a string')
  if (setHeaders && typeof setHeaders !== 'function') {
    throw new ArgumentError('option setHeaders must be function')
  }
  const settings = readFileOptions(options, setHeaders || undefined, root)
  const limits = readSmallFileOptions(options.memory)
  return {
    root: settings.root as string,
    settings,
    codings: readCodings(options.precompressed),
    memory: limits && new SmallFiles(limits),
  }
}

function refuseMethod(res: ServerResponse): void {
  res.statusCode = 405
  res.setHeader('Allow', 'GET, HEAD')
  res.setHeader('Content-Length', '0')
  res.end()
}

/** The path below the mount point; empty when the mount point itself is asked without its slash. */
function requestedPath(req: IncomingMessage & { originalUrl?: string }): string {
  const { path } = splitTarget(req.url ?? '/')
  if (path !== '/' || req.originalUrl === undefined) return path
  return splitTarget(req.originalUrl).path.endsWith('/') ? path : ''
}

/** The file, when it is in memory and nothing on the disk can come before it. */
function recall(site: Site, safe: SafePath): SmallFile | undefined {
  const { memory } = site
  // Whether there is a compressed sibling, only a search can tell.
  if (memory === undefined || site.codings.length > 0) return undefined
  const candidate = firstCandidate(site, safe)
  return candidate === undefined ? undefined : memory.get(candidate)
}

/** Whether it is known without a search that nothing is there: one name is all that would be looked for. */
function isAbsent(site: Site, safe: SafePath): boolean {
  const { memory, settings } = site
  const others = safe.isDirectory ? settings.index.length - 1 : settings.extensions.length
  if (memory === undefined || others > 0) return false
  const only = firstCandidate(site, safe)
  return only !== undefined && memory.isAbsent(only)
}

/** The file that comes first if it exists: the only one that may be answered without a search. */
function firstCandidate({ root, settings }: Site, safe: SafePath): string | undefined {
  const path = locate(root, safe)
  if (!safe.isDirectory) return path
  const index = settings.index[0]
  return index === undefined ? undefined : join(path, index)
}

type Served = 'sent' | 'directory' | { readonly missing: unknown }

/** Finds and sends a file; what is thrown concerns a file that was found. */
async function serve(
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
  safe: SafePath,
): Promise<Served> {
  const { root, settings, codings, memory } = site
  let file
  try {
    file = await findFile(locate(root, safe), safe.isDirectory, settings)
  } catch (error) {
    return { missing: error }
  }
  if (file === 'directory') return 'directory'

  if (codings.length > 0) onDemand.vary(res, 'Accept-Encoding')
  const { 'accept-encoding': accepted } = req.headers
  const sibling = await findSibling(file, accepted, codings, settings)
  const { path, realPath, stats } = sibling ?? file
  const known = memory?.get(path)
  const representation = known?.representation ?? represent(file.path, stats, sibling?.coding)
  const small =
    known ??
    (memory?.accepts(stats)
      ? await memory.load(path, realPath, representation, validatorsOf(representation, settings))
      : undefined)
  if (small !== undefined) {
    res.end(cut(small.bytes, planReply(req, res, small.representation, settings)))
    return 'sent'
  }
  await sendPieces(res, realPath, planReply(req, res, representation, settings))
  return 'sent'
}

function sendSmall(
  req: IncomingMessage,
  res: ServerResponse,
  small: SmallFile,
  settings: FileSettings,
  next: (error: unknown) => void,
): void {
  if (replyFromMemory(req, res, small, settings)) return
  let pieces
  try {
    pieces = planReply(req, res, small.representation, settings)
  } catch (error) {
    return next(error)
  }
  res.end(cut(small.bytes, pieces))
}

/** The body that pieces make of bytes in memory. */
function cut(bytes: Buffer, pieces: readonly Piece[]): Buffer | undefined {
  const parts = pieces.map((piece) =>
    typeof piece === 'string' ? Buffer.from(piece) : bytes.subarray(piece.start, piece.end + 1),
  )
  return parts.length > 1 ? Buffer.concat(parts) : parts[0]
}

function statusOf(error: unknown): number {
  return (error as { status?: number }).status ?? 500
}
