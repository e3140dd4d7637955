import { ArgumentError } from '../errors/argument-error.ts'
import type { ServerEvent } from '../types/events.ts'

/**
 * Writes an event as it stands on the wire (HTML Standard, "Server-sent events").
 *
 * Each line of the data is a line of its own, so that no line break in it ends the event or begins a
 * field; every kind of line break arrives as `\n`.
 *
 * @throws {ArgumentError} for a name or an id with a line break, an id with NUL, a field that no event has,
 *   and data that is no JSON.
 */
export function eventText(event: ServerEvent | string): string {
  if (typeof event === 'string') return `${lines('data: ', event)}\n`
  checkFields(event)
  const { event: name, id, data, retry, comment } = event
  let text = comment === undefined ? '' : commentText(comment)
  if (name !== undefined) text += `event: ${oneLine('name', name)}\n`
  if (id !== undefined) text += `id: ${oneLine('id', String(id))}\n`
  if (retry !== undefined) text += retryText(retry)
  // An event without data is one that browsers do not deliver.
  if (data !== undefined) return `${text}${dataText(data)}\n`
  return name === undefined ? `${text}\n` : `${text}data\n\n`
}

/** A comment: clients skip it, and what stands between sees that the connection lives. */
export function commentText(comment: string): string {
  return lines(': ', comment)
}

/** @throws {ArgumentError} for what is no whole number of milliseconds. */
function retryText(retry: number): string {
  if (!Number.isSafeInteger(retry) || retry < 0) {
    throw new ArgumentError(
      `Cannot send a retry of ${retry}: a whole number of milliseconds is needed`,
    )
  }
  return `retry: ${retry}\n`
}

function lines(field: string, text: string): string {
  if (!BREAK.test(text)) return `${field}${text}\n`
  return text
    .split(BREAK)
    .map((line) => `${field}${line}\n`)
    .join('')
}

const BREAK = /\r\n|\r|\n/

function oneLine(what: string, text: string): string {
  if (typeof text !== 'string' || /[\r\n\0]/.test(text)) {
    throw new ArgumentError(
      `Cannot send an event with the ${what} ${JSON.stringify(text)}: text without line breaks and NUL is needed`,
    )
  }
  return text
}

/** JSON has no line break: those in its texts are escaped. */
function dataText(data: unknown): string {
  if (typeof data === 'string') return lines('data: ', data)
  const json = JSON.stringify(data) as string | undefined
  if (json === undefined) throw new ArgumentError(`Cannot send a ${typeof data} as an event`)
  return `data: ${json}\n`
}

/** A row of a table is no event, though it has an id: it stands in `data`. */
function checkFields(event: ServerEvent): void {
  if (typeof event !== 'object' || event === null) {
    throw new ArgumentError(
      `Cannot send ${event === null ? 'null' : `a ${typeof event}`} as an event: text or { event, id, data } is needed`,
    )
  }
  for (const name of Object.keys(event)) {
    if (FIELDS.has(name)) continue
    throw new ArgumentError(
      `Cannot send an event with the field ${JSON.stringify(name)}: what is to be sent stands in "data"`,
    )
  }
}

const FIELDS = new Set(['event', 'id', 'data', 'retry', 'comment'])
