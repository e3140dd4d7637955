import type { UploadedFile, UploadRequest } from './types.ts'

/** Where a request's files are to be found: `req.file`, `req.files` as a list or by field, nowhere. */
export type FileListShape = 'one' | 'list' | 'by-field' | 'none'

type FilesByField = Record<string, UploadedFile[]>

/** Keeps `req.file` or `req.files`: in the order the files came, whatever order they are done in. */
export class FileList {
  readonly #req: UploadRequest
  readonly #shape: FileListShape

  constructor(req: UploadRequest, shape: FileListShape) {
    this.#req = req
    this.#shape = shape
    if (shape === 'list') req.files = []
    if (shape === 'by-field') req.files = Object.create(null) as FilesByField
  }

  /** Gives a file its place. */
  add(file: UploadedFile): void {
    const { files } = this.#req
    if (this.#shape === 'list') (files as UploadedFile[]).push(file)
    if (this.#shape === 'by-field') ((files as FilesByField)[file.fieldname] ??= []).push(file)
  }

  /** The file is stored. */
  settle(file: UploadedFile): void {
    if (this.#shape === 'one') this.#req.file = file
  }

  /** The file was passed over, or could not be stored. */
  remove(file: UploadedFile): void {
    const { files } = this.#req
    if (this.#shape === 'list') removeFrom(files as UploadedFile[], file)
    if (this.#shape === 'by-field') {
      const siblings = (files as FilesByField)[file.fieldname] ?? []
      removeFrom(siblings, file)
      if (siblings.length === 0) delete (files as FilesByField)[file.fieldname]
    }
  }
}

function removeFrom(files: UploadedFile[], file: UploadedFile): void {
  const at = files.indexOf(file)
  if (at !== -1) files.splice(at, 1)
}
