import { ArgumentError } from '../errors/argument-error.ts'
import type { IncomingMessage } from 'node:http'
import { givenIn, ownOptions } from '../own-options.ts'
import { createParser } from './create-parser.ts'
import { drain } from './drain.ts'
import { UnsupportedTypeError } from './errors.ts'
import { json, type JsonOptions } from './json.ts'
import { hasBody } from './has-body.ts'
import {
  readBodyOptions,
  typeMatcher,
  type BodyOptions,
  type BodyParser,
  type BodySettings,
  type RequestWithBody,
} from './options.ts'
import { raw, RAW_TYPE } from './raw.ts'
import { text, TEXT_TYPE, type TextOptions } from './text.ts'
import { FORM_TYPE, urlencoded, type UrlencodedOptions } from './urlencoded.ts'

/** Turns the text of a body into a value; what it throws is 400 `entity.parse.failed`. */
type TextParser = (text: string, req: IncomingMessage) => unknown

/** Options of {@link body}; those beside the parsers' own hold for all of them. */
export interface AnyBodyOptions extends Omit<BodyOptions, 'type'> {
  /**
   * Options for `application/json` and `+json`, or `false` to leave them alone.
   *
   * @default those of `express.json()`
   */
  readonly json?: JsonOptions | false | undefined
  /**
   * Options for forms, `extended` by default, or `false`.
   *
   * @default those of `express.urlencoded()`
   */
  readonly urlencoded?: UrlencodedOptions | false | undefined
  /** Options for `text/plain`, or `false`. @default those of `express.text()` */
  readonly text?: TextOptions | false | undefined
  /** Options for `application/octet-stream`, or `false`. @default those of `express.raw()` */
  readonly raw?: BodyOptions | false | undefined
  /**
   * Further parsers by media type, e.g. `{ 'application/xml': (text) => xml.parse(text) }`.
   *
   * @default none
   */
  readonly parsers?: Readonly<Record<string, TextParser>> | undefined
  /**
   * What becomes of a body that no parser takes: passed on, for a later middleware such as
   * uploads, or refused with 415 `content.type.unsupported`.
   *
   * @default 'pass'
   */
  readonly unsupported?: 'pass' | 'refuse' | undefined
}

/**
 * Parses any body by its Content-Type: JSON, forms, plain text, bytes, and what `parsers` adds.
 *
 * @example
 * app.use(body())
 * app.use(body({ limit: '1mb', parsers: { 'application/xml': (text) => new XMLParser().parse(text) } }))
 */
export function body(given?: AnyBodyOptions): BodyParser {
  const options = ownOptions(given)
  const { unsupported = 'pass' } = options
  if (unsupported !== 'pass' && unsupported !== 'refuse') {
    throw new ArgumentError(
      `option unsupported "${String(unsupported)}" is invalid: expected "pass" or "refuse"`,
    )
  }
  const choices = readChoices(options)

  return function parseAnyBody(req: RequestWithBody, res, next) {
    if (!('body' in req)) req.body = undefined
    if (!hasBody(req)) return next()
    const choice = choices.find(({ accepts }) => accepts(req))
    if (choice !== undefined) return choice.parse(req, res, next)
    if (unsupported === 'pass') return next()
    const error = new UnsupportedTypeError(req.headers['content-type'] ?? '')
    drain(req, res, () => next(error))
  }
}

interface Choice {
  readonly accepts: BodySettings['accepts']
  readonly parse: BodyParser
}

/** The parsers in the order in which they are asked: the application's own first. */
function readChoices({ parsers = {}, ...options }: AnyBodyOptions): Choice[] {
  const { limit, inflate, verify, rawBody } = options
  const shared = { limit, inflate, verify, rawBody }
  const choices: Choice[] = []
  const add = (type: NonNullable<BodyOptions['type']>, parse: BodyParser): void => {
    choices.push({ accepts: typeMatcher(type), parse })
  }
  for (const [type, parse] of Object.entries(parsers)) {
    add(type, textParser(parse, { ...shared, type }))
  }
  if (options.json !== false) {
    const own = { ...shared, ...givenIn(options.json), type: options.json?.type || JSON_TYPES }
    add(own.type, json(own))
  }
  if (options.urlencoded !== false) {
    const own = { extended: true, ...shared, ...givenIn(options.urlencoded) }
    add(own.type || FORM_TYPE, urlencoded(own))
  }
  if (options.text !== false) {
    const own = { ...shared, ...givenIn(options.text) }
    add(own.type || TEXT_TYPE, text(own))
  }
  if (options.raw !== false) {
    const own = { ...shared, ...givenIn(options.raw) }
    add(own.type || RAW_TYPE, raw(own))
  }
  return choices
}

const JSON_TYPES = ['application/json', '+json']

function textParser(parse: TextParser, options: BodyOptions & { type: string }): BodyParser {
  if (typeof parse !== 'function') {
    throw new ArgumentError(`option parsers: what parses "${options.type}" must be a function`)
  }
  return createParser('textParser', readBodyOptions(options, options.type), {
    defaultCharset: 'utf-8',
    parse: (content, _charset, req) => parse(content, req),
  })
}
