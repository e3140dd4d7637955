import type { Answer } from './attack.ts'

/**
 * Reads the answers that stand in `bytes`, one behind the other (RFC 9112 §6.3); the last one may
 * be incomplete. Interim answers (1xx) are left out.
 *
 * @param bytes - Latin-1 text, from the first byte of the connection.
 * @param bodiless - whether the answers are to HEAD, and so have no body whatever they announce.
 * @param ended - whether the connection is closed, which ends a body without a length.
 */
export function readAnswers(bytes: string, bodiless = false, ended = false): Answer[] {
  const answers: Answer[] = []
  let at = 0
  while (at < bytes.length) {
    const headEnd = bytes.indexOf('\r\n\r\n', at)
    const head = /^HTTP\/1\.[01] (\d{3})/.exec(
      bytes.slice(at, headEnd === -1 ? undefined : headEnd),
    )
    if (headEnd === -1 || head === null) break
    const status = Number(head[1])
    const fields = readFields(bytes.slice(at, headEnd))
    const start = headEnd + 4
    const empty = bodiless || status < 200 || status === 204 || status === 304
    const { body, end } = empty ? { body: '', end: start } : readBody(bytes, start, fields, ended)
    if (status >= 200) answers.push({ status, fields, body, complete: end !== undefined })
    if (end === undefined) break
    at = end
  }
  return answers
}

/** The values of a field, joined by a line feed, which no value can hold; undefined without one. */
export function fieldOf({ fields }: Answer, name: string): string | undefined {
  const values = fields.filter(([each]) => each === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join('\n')
}

function readFields(head: string): [string, string][] {
  return head
    .split('\r\n')
    .slice(1)
    .map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })
}

/** `end` is where the next answer starts; undefined when the body is not all there. */
function readBody(
  bytes: string,
  start: number,
  fields: readonly (readonly [string, string])[],
  ended: boolean,
): { body: string; end?: number } {
  const value = (name: string) => fields.find(([each]) => each === name)?.[1]
  if (value('transfer-encoding') !== undefined) return readChunks(bytes, start)
  const length = value('content-length')
  if (length === undefined) {
    const body = bytes.slice(start)
    return ended ? { body, end: bytes.length } : { body }
  }
  const end = start + Number(length)
  const body = bytes.slice(start, end)
  return bytes.length < end ? { body } : { body, end }
}

function readChunks(bytes: string, start: number): { body: string; end?: number } {
  let body = ''
  let at = start
  for (;;) {
    const line = bytes.indexOf('\r\n', at)
    if (line === -1) return { body }
    const size = Number.parseInt(bytes.slice(at, line), 16)
    if (!(size >= 0)) return { body }
    at = line + 2 + size + 2
    if (size === 0) return at <= bytes.length ? { body, end: at } : { body }
    if (at > bytes.length) return { body: body + bytes.slice(line + 2) }
    body += bytes.slice(line + 2, line + 2 + size)
  }
}
