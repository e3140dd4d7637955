import { ArgumentError } from '../errors/argument-error.ts'
import { ownOptions } from '../own-options.ts'
import { createParser } from './create-parser.ts'
import { parseForm, readFormOptions, type FormCharset, type FormOptions } from './parse-form.ts'
import { readBodyOptions, type BodyOptions, type BodyParser } from './options.ts'

/** Options of {@link urlencoded}, beside those of every parser. */
export interface UrlencodedOptions extends BodyOptions, FormOptions {
  /** Charset of a form that names none. @default 'utf-8' */
  readonly defaultCharset?: 'utf-8' | 'iso-8859-1' | undefined
}

/**
 * Parses forms sent as `application/x-www-form-urlencoded` into `req.body`.
 *
 * - Errors: `parameters.too.many` (413), `querystring.parse.rangeError` (400), …
 *
 * @example
 * app.post('/orders', urlencoded({ extended: true }), (req, res) => res.json(req.body))
 */
export function urlencoded(given?: UrlencodedOptions): BodyParser {
  const options = ownOptions(given)
  const settings = readBodyOptions(options, FORM_TYPE)
  const defaultCharset = options.defaultCharset || 'utf-8'
  if (!isFormCharset(defaultCharset)) {
    throw new ArgumentError('option defaultCharset must be either utf-8 or iso-8859-1')
  }
  const form = readFormOptions(options)
  return createParser('urlencodedParser', settings, {
    defaultCharset,
    allowsCharset: isFormCharset,
    parse: (text, charset, req) => parseForm(text, charset as FormCharset, form, req),
  })
}

function isFormCharset(charset: string): charset is FormCharset {
  return charset === 'utf-8' || charset === 'iso-8859-1'
}

export const FORM_TYPE = 'application/x-www-form-urlencoded'
