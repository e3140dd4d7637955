import { randomBytes } from 'node:crypto'
import { createWriteStream, mkdirSync, unlink, type WriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { StreamDestroyedError, UnsafeFilePathError } from '../errors/file-errors.ts'
import { isPublishedLater } from './published-later.ts'
import { sweepUploads } from './sweep.ts'
import { publishTempFile, removeTempFile, tempFileIn } from './temp-files.ts'
import type { UploadedFile, UploadRequest } from '../types.ts'
import type { StorageEngine } from './engine.ts'

// Taken from a method, as `FileFilter` is: a function that wants Express's own Request fits.
type Name = {
  method(
    this: void,
    req: UploadRequest,
    file: UploadedFile,
    callback: (error: Error | null, name: string) => void,
  ): void
}['method']

/** Where `diskStorage` puts files, and how. */
export interface DiskStorageOptions {
  /**
   * Folder for the files: a path, made when it does not exist, or a function that calls back with
   * one that does.
   *
   * @default os.tmpdir()
   */
  destination?: string | Name | undefined
  /**
   * Calls back with the name within the destination. What is there under that name is replaced.
   *
   * - Errors: `UNSAFE_FILE_PATH`, 400, for a name that leads out of the destination.
   * @default 32 random hexadecimal digits
   */
  filename?: Name | undefined
  /** Waits until the bytes are on the disk (`fsync`) before a file counts as stored. @default false */
  flush?: boolean | undefined
  /** Permissions of the files. @default 0o600, for nobody but this user */
  mode?: number | undefined
}

/**
 * Writes files to disk: under an unguessable temporary name first, under their own when the whole
 * request has succeeded. Whatever else happens, nothing of them stays.
 */
export function diskStorage(given: DiskStorageOptions = {}): StorageEngine {
  const options = Object.assign(Object.create(null) as DiskStorageOptions, given)
  const { flush = false, mode = 0o600, filename: nameFile = randomName } = options
  const nameFolder = folderNamer(options.destination)

  return {
    _handleFile(req, file, callback) {
      nameFolder(req, file, (folderError, destination) => {
        if (folderError) return callback(folderError)
        nameFile(req, file, (nameError, filename) => {
          if (nameError) return callback(nameError)
          const path = join(destination, filename)
          if (!isInside(destination, path)) {
            return callback(new UnsafeFilePathError({ filename }))
          }
          if (file.stream.destroyed) return callback(new StreamDestroyedError())
          const temporary = tempFileIn(destination)
          write(file.stream, temporary, { mode, flush }, (writeError, size) => {
            if (writeError) return callback(writeError)
            const info = { destination, filename, path, size }
            const unpublished: Partial<StoredFile> = { ...info, [temporaryPath]: temporary }
            if (isPublishedLater(file)) callback(null, unpublished)
            else publishTempFile(temporary, path, (error) => callback(error, info))
          })
        })
      })
    },

    _publishFile(_req, file: StoredFile, callback) {
      const temporary = file[temporaryPath]
      if (temporary === undefined) return callback(null)
      publishTempFile(temporary, file.path, (error) => {
        if (!error) delete file[temporaryPath]
        callback(error)
      })
    },

    _removeFile(_req, file: StoredFile, callback) {
      const { path, [temporaryPath]: temporary } = file
      for (const key of ['destination', 'filename', 'path', temporaryPath] as const) {
        delete (file as Partial<StoredFile>)[key]
      }
      if (temporary === undefined) unlink(path, callback)
      else removeTempFile(temporary, callback)
    },
  }
}

// Where a file is until it is published. A symbol: it goes wherever the file's other properties are
// copied, and shows up in no JSON.
const temporaryPath = Symbol('temporary path')
type StoredFile = UploadedFile & { [temporaryPath]?: string }

/** Calls back with the number of bytes, once they are written and the file is closed. */
function write(
  source: UploadedFile['stream'],
  temporary: string,
  options: { mode: number; flush: boolean },
  callback: (error: Error | null, size: number) => void,
): void {
  // `wx` is O_EXCL: never an existing file, never through a link somebody put there.
  const target = createWriteStream(temporary, { flags: 'wx', ...options })
  pipeline(source, target, (error) => {
    whenClosed(target, () => {
      const failure = error ?? (source.truncated ? new StreamDestroyedError() : null)
      if (failure) return removeTempFile(temporary, () => callback(failure, 0))
      callback(null, target.bytesWritten)
    })
  })
}

/** A file that is still being opened when its stream is destroyed comes to be after that. */
function whenClosed(target: WriteStream, done: () => void): void {
  if (target.closed) done()
  else target.once('close', done)
}

function folderNamer(destination: string | Name | undefined): Name {
  if (typeof destination === 'function') return destination
  const folder = destination ?? tmpdir()
  if (destination !== undefined) {
    mkdirSync(folder, { recursive: true })
    // What an earlier process left is no reason not to start this one.
    sweepUploads(folder).catch(() => {})
  }
  return (_req, _file, callback) => callback(null, folder)
}

function randomName(_req: UploadRequest, _file: UploadedFile, callback: Parameters<Name>[2]): void {
  callback(null, randomBytes(16).toString('hex'))
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
