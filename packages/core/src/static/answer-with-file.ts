// oxlint-disable oxc/no-this-in-exported-function -- methods, each in the file of its idea
import { ArgumentError } from '../errors/argument-error.ts'
import { basename, isAbsolute, resolve } from 'node:path'
import { onDemand } from '../on-demand.ts'
import type { DispatchedResponse } from '../types/dispatched.ts'
import { sendFile as transferFile } from './send-file.ts'
import type { SendFileOptions } from '../types/options.ts'
import type { Sent } from '../types/response-members.ts'
import { ownOptions } from '../own-options.ts'
import { Outcome } from '../response/outcome.ts'

/**
 * Answers with a file.
 *
 * @param options - those of `express.static` that concern one file; `root` makes `path` relative,
 *   and nothing outside it is sent; `headers` are set when the file is there.
 * @returns settles when the file is out or the client has gone; rejects with what `next` would get
 *   otherwise. With a callback it gets every error, and the promise none.
 * @throws {TypeError} when `path` is no text, or neither absolute nor under a `root`.
 */
export function sendFile(
  this: DispatchedResponse,
  path: string,
  options?: SendFileOptions | TransferDone | null,
  callback?: TransferDone,
): Promise<void> {
  if (!path) throw new ArgumentError('path argument is required to res.sendFile')
  if (typeof path !== 'string') throw new ArgumentError('path must be a string to res.sendFile')
  const given = typeof options === 'function' ? options : callback
  const settings = ownOptions<SendFileOptions>(typeof options === 'object' ? options : null)
  if (!settings.root && !isAbsolute(path)) {
    throw new ArgumentError('path must be absolute or specify root to res.sendFile')
  }

  const { req } = this
  const { next } = req
  const outcome = new Outcome()
  settings.etag = this.app.enabled('etag')
  transferFile(req, this, path, settings, (error?: NodeJS.ErrnoException) => {
    if (given) given(error)
    else if (error?.code === 'EISDIR') next()
    else if (error && !isClientGone(error)) return outcome.fail(error, next)
    outcome.succeed()
  })
  return outcome
}

/**
 * Answers with a file that the client is asked to save, under `filename` or the file's own name.
 *
 * Takes `(path)`, `(path, filename)`, `(path, options)`, `(path, filename, options)`, each with a
 * callback behind; options and promise are those of `sendFile`, its `Content-Disposition` aside.
 */
export function download(
  this: DispatchedResponse,
  path: string,
  filename?: string | SendFileOptions | TransferDone | null,
  options?: SendFileOptions | TransferDone | null,
  callback?: TransferDone,
): Sent {
  const done = [filename, options, callback].find((each) => typeof each === 'function')
  const settings = [options, filename].find((each) => typeof each === 'object' && each !== null)
  const name = typeof filename === 'string' ? filename : undefined
  const all = ownOptions<SendFileOptions>(typeof settings === 'object' ? settings : null)
  const kept = Object.entries(all.headers ?? {}).filter(([field]) => !DISPOSITION.test(field))
  all.headers = {
    'Content-Disposition': onDemand.contentDisposition.create(basename(name || path)),
    ...Object.fromEntries(kept),
  }
  return this.sendFile(all.root ? path : resolve(path), all, done)
}

const DISPOSITION = /^content-disposition$/i

/** A client that leaves, or whose connection no longer takes a byte, has done no wrong. */
function isClientGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNABORTED' || error.syscall === 'write'
}

type TransferDone = (error?: NodeJS.ErrnoException) => void
