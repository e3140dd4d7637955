import { ownOptions } from '../own-options.ts'
import { createParser } from './create-parser.ts'
import { readBodyOptions, type BodyOptions, type BodyParser } from './options.ts'

/** Options of {@link text}, beside those of every parser. */
export interface TextOptions extends BodyOptions {
  /** Charset of a body that names none. @default 'utf-8' */
  readonly defaultCharset?: string | undefined
}

/** Reads `text/plain` bodies as a string into `req.body`, decoded by their charset. */
export function text(given?: TextOptions): BodyParser {
  const options = ownOptions(given)
  return createParser('textParser', readBodyOptions(options, TEXT_TYPE), {
    defaultCharset: options.defaultCharset || 'utf-8',
    parse: (body) => body,
  })
}

export const TEXT_TYPE = 'text/plain'
