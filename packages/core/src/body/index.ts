export { body, type AnyBodyOptions, type TextParser } from './body.ts'
export { contentTypeOf, parseContentType, type ContentType } from './content-type.ts'
export {
  BodyAbortedError,
  BodyError,
  BodyLengthError,
  BodyStreamError,
  BodyTooLargeError,
  FormTooDeepError,
  JsonSyntaxError,
  JsonTooDeepError,
  MalformedContentTypeError,
  PrototypeKeyError,
  TooManyParametersError,
  UnsupportedCharsetError,
  UnsupportedEncodingError,
  UnsupportedTypeError,
} from './errors.ts'
export type { ContentCoding } from './inflate.ts'
export { json, type JsonOptions } from './json.ts'
export type { BodyOptions, BodyParser } from './options.ts'
export { raw } from './raw.ts'
export { text, type TextOptions } from './text.ts'
export { urlencoded, type UrlencodedOptions } from './urlencoded.ts'
