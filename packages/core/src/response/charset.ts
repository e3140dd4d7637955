import { ArgumentError } from '../errors/argument-error.ts'
/**
 * Says `charset=utf-8` in a content type, in place of another charset, and keeps its other
 * parameters. A parameter without `=` is dropped (RFC 9110 §5.6.6 knows none).
 *
 * @throws {TypeError} when `contentType` names no media type.
 */
export function withUtf8(contentType: string): string {
  if (COMMON.test(contentType)) return contentType
  const semicolon = contentType.indexOf(';')
  const end = semicolon === -1 ? contentType.length : semicolon
  const type = contentType.slice(0, end).trim().toLowerCase()
  if (!MEDIA_TYPE.test(type)) {
    throw new ArgumentError(`Invalid type: ${type}`)
  }
  const parameters = new Map<string, string>()
  for (const [, name, quoted, plain] of contentType.slice(end).matchAll(PARAMETER)) {
    const key = (name as string).trim().toLowerCase()
    const value = quoted === undefined ? (plain as string).trim() : quoted.replace(/\\(.)/g, '$1')
    if (!parameters.has(key)) parameters.set(key, value)
  }
  parameters.set('charset', 'utf-8')
  return type + [...parameters].map(([name, value]) => `; ${name}=${quote(value)}`).join('')
}

function quote(value: string): string {
  return TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
}

/** What a reply nearly always says, and needs no work. */
const COMMON = /^(?:text\/html|text\/plain|application\/json); charset=utf-8$/
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/
const MEDIA_TYPE = /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+$/
const PARAMETER = /;([^=;]*)=[ \t]*(?:"((?:[^"\\]|\\.)*)"[^;]*|([^;]*))/g
