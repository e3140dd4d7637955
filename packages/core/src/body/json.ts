import { ownOptions } from '../own-options.ts'
import { createParser } from './create-parser.ts'
import { parseJson, readJsonGuards, type JsonGuardOptions } from './parse-json.ts'
import { readBodyOptions, type BodyOptions, type BodyParser } from './options.ts'

/** Options of {@link json}, beside those of every parser. */
export interface JsonOptions extends BodyOptions, JsonGuardOptions {
  /** Charset of a body that names none; JSON allows those whose name starts with `utf-`. @default 'utf-8' */
  readonly defaultCharset?: string | undefined
}

/**
 * Parses JSON bodies into `req.body`.
 *
 * An empty body is `{}`. Type: `application/json`, unless `type` says otherwise.
 *
 * - Errors: `entity.parse.failed` (400, a SyntaxError), `charset.unsupported` (415), …
 *
 * @example
 * app.post('/orders', json({ limit: '20kb' }), (req, res) => res.json(req.body))
 */
export function json(given?: JsonOptions): BodyParser {
  const options = ownOptions(given)
  const guards = readJsonGuards(options)
  return createParser('jsonParser', readBodyOptions(options, 'application/json'), {
    defaultCharset: options.defaultCharset || 'utf-8',
    // RFC 8259 §8.1 wants UTF-8; body-parser allows all of Unicode's forms.
    allowsCharset: (charset) => charset.startsWith('utf-'),
    parse: (text, _charset, req) => parseJson(text, guards, req),
  })
}
