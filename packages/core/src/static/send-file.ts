import type { IncomingMessage, ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { DirectoryError, FileError } from './errors.ts'
import { readFileOptions, type FileSettings } from './file-options.ts'
import type { SendFileOptions } from '../types/options.ts'
import { findFile } from './find-file.ts'
import { planReply } from './plan-reply.ts'
import { represent } from './representation.ts'
import { locate, safeAbsolutePath, safePath } from './safe-path.ts'
import { sendPieces } from './send-pieces.ts'

/** Called once: without an error when the last byte is handed to the network. */
export type SendFileCallback = (error?: Error) => void

/**
 * Sends one file, with its type, validators and ranges; what `res.sendFile` and `res.download` do.
 *
 * The path is plain, not percent-encoded. With `root` it is relative to it and cannot leave it;
 * without, it is absolute and may hold no `..`. The store of an AsyncLocalStorage is the same in
 * `done` as it was here.
 *
 * - Errors: 400, 403 and 404 for the path, 412, 416, `EISDIR` for a directory, `ECONNABORTED` when
 *   the client left; the response is still to be answered unless headers were sent.
 *
 * @throws {TypeError} at once, for options that mean nothing.
 */
export function sendFile(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  options: SendFileOptions,
  done: SendFileCallback,
): void {
  const settings = readFileOptions(options, setterOf(options.headers))
  // On the next tick, so that what `done` throws is the application's own uncaught exception.
  transfer(req, res, path, settings).then(
    () => process.nextTick(done),
    (error: Error) => process.nextTick(done, error),
  )
}

async function transfer(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  settings: FileSettings,
): Promise<void> {
  const { location, isDirectory } = resolveIn(path, settings)
  const file = await findFile(location, isDirectory, settings)
  if (file === 'directory') throw new DirectoryError()
  const pieces = planReply(req, res, represent(file.path, file.stats), settings)
  await sendPieces(res, file.realPath, pieces)
}

function resolveIn(
  path: string,
  { root, dotfiles }: FileSettings,
): { location: string; isDirectory: boolean } {
  if (root === undefined) {
    const refusal = safeAbsolutePath(path, dotfiles)
    if (refusal !== undefined) throw refusal
    return { location: resolve(path), isDirectory: /[\\/]$/.test(path) }
  }
  const safe = safePath(path, dotfiles)
  if (safe instanceof FileError) throw safe
  return { location: locate(root, safe), isDirectory: safe.isDirectory }
}

function setterOf(headers: SendFileOptions['headers']): FileSettings['setHeaders'] {
  if (headers === undefined) return undefined
  return (res) => {
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value as string)
  }
}
