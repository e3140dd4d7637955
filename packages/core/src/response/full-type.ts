import { onDemand } from '../on-demand.ts'

/**
 * The content type, charset included, for a media type (`text/html`) or a file extension (`.html`,
 * `html`), or false when there is none. A type that is not known is given back as it is.
 */
export function fullType(name: string): string | false {
  return COMMON.get(name) ?? onDemand.mimeTypes.contentType(name)
}

const JSON_TYPE = 'application/json; charset=utf-8'
const HTML = 'text/html; charset=utf-8'
const TEXT = 'text/plain; charset=utf-8'

/** What most programs ask for: the whole table has a thousand types more, and takes 5 ms to load. */
const COMMON: ReadonlyMap<string, string> = new Map([
  ['json', JSON_TYPE],
  ['application/json', JSON_TYPE],
  [JSON_TYPE, JSON_TYPE],
  ['html', HTML],
  ['text/html', HTML],
  [HTML, HTML],
  ['txt', TEXT],
  ['text/plain', TEXT],
  [TEXT, TEXT],
])
