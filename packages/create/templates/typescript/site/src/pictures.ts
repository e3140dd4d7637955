import { rm } from 'node:fs/promises'
import path from 'node:path'

import { HttpError, type RequestHandler, type Response } from '@tokkyu/core'
import upload from '@tokkyu/upload'

/** A picture that has been checked and stored. */
export interface Picture {
  /** Its name in the folder. */
  readonly file: string
  /** The type that its first bytes show, never the one that its sender claimed. */
  readonly type: string
}

/** The pictures that visitors have sent, as files of one folder. */
export class Pictures {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Stores the picture of a form's field. What is too large or no picture is refused before that. */
  receive(field: string): RequestHandler {
    return upload({
      dest: this.#folder,
      accept: ['image/png', 'image/jpeg', 'image/webp'],
      limits: { fileSize: 1_000_000, files: 1 },
    }).single(field)
  }

  accept(file: Express.Multer.File | undefined): Picture {
    if (!file?.detectedMimetype) throw new HttpError(400, 'NO_PICTURE', 'Choose a picture first.')
    return { file: file.filename, type: file.detectedMimetype }
  }

  /** It came from outside: a browser may show it, and do nothing else with it. */
  send(res: Response, { file, type }: Picture): void {
    res.set({
      'Content-Type': type,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'private, no-cache',
    })
    res.sendFile(file, { root: this.#folder, cacheControl: false })
  }

  /** One that is not there is no error. */
  async remove(picture: Picture | undefined): Promise<void> {
    if (picture) await rm(path.join(this.#folder, picture.file), { force: true })
  }
}
