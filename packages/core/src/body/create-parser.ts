import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ByteCollector } from './byte-collector.ts'
import { findDecoder, type Decode } from './charset.ts'
import { contentTypeOf } from './content-type.ts'
import { closeAfterAnswer, drain } from './drain.ts'
import { awaitsContinue } from './expect-continue.ts'
import { markError, UnsupportedCharsetError } from './errors.ts'
import { hasBody } from './has-body.ts'
import { limitFor } from '../limits/limits.ts'
import { openInflater } from './inflate.ts'
import type { BodyParser, BodySettings, RequestWithBody } from './options.ts'
import { contentLength, readBody, unreadable, type Reading } from './read-body.ts'

/** The names of Express's parsers: tracing tools name layers and spans after the function. */
type ParserName = 'jsonParser' | 'rawParser' | 'textParser' | 'urlencodedParser'

/** What makes one parser differ from another: from text to a value, for charsets it allows. */
export interface TextRecipe {
  readonly defaultCharset: string
  readonly allowsCharset?: (charset: string) => boolean
  readonly parse: (text: string, charset: string, req: IncomingMessage) => unknown
}

/** A request's body on its way: how its bytes are read, and by which decoder they become text. */
interface Plan extends Reading {
  /** Both undefined where bytes are wanted. */
  readonly charset: string | undefined
  readonly decode: Decode | undefined
}

/**
 * Makes the middleware that reads a body and leaves its value in `req.body`. Without a recipe the
 * value is the bytes.
 *
 * A request without a body, of another type, or already read is passed on untouched. The store of
 * an AsyncLocalStorage is the same in `next` as it was here.
 */
export function createParser(
  name: ParserName,
  settings: BodySettings,
  recipe?: TextRecipe,
): BodyParser {
  const parseBody: BodyParser = (req: RequestWithBody, res, next) => {
    if (wasRead(req)) return next()
    if (req.body === undefined && !('body' in req)) req.body = undefined
    if (!hasBody(req) || !settings.accepts(req)) return next()

    // The events of a request come from the connection, outside of the caller's async context.
    const context = new AsyncResource('TokkyuBody')
    let plan: Plan
    try {
      plan = planReading(req, settings, recipe)
    } catch (error) {
      return refuse(error)
    }
    if (awaitsContinue(req, res)) res.writeContinue()
    readBody(req, plan, (error, bytes) => {
      if (error !== undefined) return refuse(error)
      // Bytes after the end of a compressed body: nobody's, but in the way of the next request.
      if (plan.inflater !== undefined) req.resume()
      context.runInAsyncScope(deliver, undefined, bytes)
    })

    function deliver(bytes: ByteCollector): void {
      const failure = interpret(req, res, bytes, plan, settings, recipe)
      if (failure === undefined) next()
      else next(failure.error)
    }

    function refuse(error: unknown): void {
      // Who asks first and is refused sends no body: there is nothing to wait for.
      if (awaitsContinue(req, res)) {
        closeAfterAnswer(res)
        return next(error)
      }
      drain(req, res, () => context.runInAsyncScope(next, undefined, error))
    }
  }
  return Object.defineProperty(parseBody, 'name', { value: name, configurable: true })
}

/** Whether somebody has read the body to its end. Node destroys a request soon after that. */
function wasRead(req: IncomingMessage): boolean {
  return req.complete && !req.readable && (req.readableEnded || !req.destroyed)
}

/** @throws the error that the request deserves before a byte of it is read. */
function planReading(req: IncomingMessage, settings: BodySettings, recipe?: TextRecipe): Plan {
  const charset = recipe === undefined ? undefined : charsetOf(req, recipe)
  const coding = req.headers['content-encoding']?.toLowerCase() || 'identity'
  const compressed = coding !== 'identity'
  const announced = contentLength(req)
  const limit = settings.limit ?? limitFor(req, 'body')
  const obstacle = unreadable(req, { compressed, announced, limit })
  if (obstacle !== undefined) throw obstacle
  const decode = charset === undefined ? undefined : findDecoder(charset)
  if (charset !== undefined && decode === undefined) throw new UnsupportedCharsetError(charset)
  return {
    inflater: compressed ? openInflater(coding, settings.inflate) : undefined,
    announced,
    limit,
    charset,
    decode,
  }
}

function charsetOf(req: IncomingMessage, { defaultCharset, allowsCharset }: TextRecipe): string {
  const charset = contentTypeOf(req)?.parameters['charset']?.toLowerCase() || defaultCharset
  if (allowsCharset?.(charset) === false) throw new UnsupportedCharsetError(charset)
  return charset
}

/**
 * Verifies, decodes and parses, and puts the result on the request.
 *
 * @returns what went wrong, wrapped, because anything may be thrown.
 */
function interpret(
  req: RequestWithBody,
  res: ServerResponse,
  bytes: ByteCollector,
  { charset, decode }: Plan,
  { verify, rawBody }: BodySettings,
  recipe: TextRecipe | undefined,
): { error: unknown } | undefined {
  let whole: Buffer | undefined
  if (rawBody || verify !== undefined || decode === undefined) {
    whole = bytes.take()
    if (rawBody) req.rawBody = whole
    try {
      verify?.(req, res, whole, charset ?? null)
    } catch (error) {
      return { error: markError(error, { status: 403, type: 'entity.verify.failed', body: whole }) }
    }
  }
  if (decode === undefined || charset === undefined || recipe === undefined) {
    req.body = whole
    return undefined
  }
  // Who verified the bytes may have changed them, too.
  const body = whole === undefined ? bytes.decode(decode) : decode(whole)
  try {
    req.body = recipe.parse(body, charset, req)
    return undefined
  } catch (error) {
    return { error: markError(error, { status: 400, type: 'entity.parse.failed', body }) }
  }
}
