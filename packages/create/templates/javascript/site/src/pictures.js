import { rm } from 'node:fs/promises'
import path from 'node:path'

import { HttpError } from '@tokkyu/core'
import upload from '@tokkyu/upload'

/** The pictures that visitors have sent, as files of one folder. */
export class Pictures {
  #folder

  constructor(folder) {
    this.#folder = folder
  }

  /** Stores the picture of a form's field. What is too large or no picture is refused before that. */
  receive(field) {
    return upload({
      dest: this.#folder,
      accept: ['image/png', 'image/jpeg', 'image/webp'],
      limits: { fileSize: 1_000_000, files: 1 },
    }).single(field)
  }

  accept(file) {
    if (!file?.detectedMimetype) throw new HttpError(400, 'NO_PICTURE', 'Choose a picture first.')
    return { file: file.filename, type: file.detectedMimetype }
  }

  /** It came from outside: a browser may show it, and do nothing else with it. */
  send(res, { file, type }) {
    res.set({
      'Content-Type': type,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'private, no-cache',
    })
    res.sendFile(file, { root: this.#folder, cacheControl: false })
  }

  /** One that is not there is no error. */
  async remove(picture) {
    if (picture) await rm(path.join(this.#folder, picture.file), { force: true })
  }
}
