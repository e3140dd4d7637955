import { UploadOptionError } from './errors/option-error.ts'
import * as names from './names.ts'
import type { Multer, Options } from './names.ts'
import { Uploader } from './uploader.ts'

/**
 * Reads multipart forms: `upload(options).single('avatar')` is a middleware for Express, Connect,
 * our own core, or a plain `node:http` listener that brings a `next`.
 *
 * @throws {TypeError} `UPLOAD_BAD_OPTION` for an option that cannot be meant.
 *
 * @example
 * app.post('/avatar', upload({ accept: ['image/png'] }).single('avatar'), (req, res) => {
 *   res.send(`${req.file.originalname}: ${req.file.size} bytes`)
 * })
 */
function upload(options?: Options): Multer {
  if (options === undefined) return new Uploader({})
  if (typeof options !== 'object' || options === null) {
    throw new UploadOptionError('options', 'Expected object for argument options')
  }
  return new Uploader(options)
}

export * from './names.ts'
export default Object.assign(upload, names)
