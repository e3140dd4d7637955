import { ownOptions } from '../own-options.ts'
import { createParser } from './create-parser.ts'
import { readBodyOptions, type BodyOptions, type BodyParser } from './options.ts'

/** Reads `application/octet-stream` bodies as a Buffer into `req.body`. */
export function raw(options?: BodyOptions): BodyParser {
  return createParser('rawParser', readBodyOptions(ownOptions(options), RAW_TYPE))
}

export const RAW_TYPE = 'application/octet-stream'
