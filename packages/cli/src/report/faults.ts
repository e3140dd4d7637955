import path from 'node:path'
import { STATUS_CODES } from 'node:http'

import { parsePlace, type Place } from '../program/place.ts'
import { codeLines } from './code-lines.ts'
import { parseStack } from './frames.ts'
import type { CodeLine, Fault } from './report.ts'
import { showValue, textOf } from './show-value.ts'

const MOST_CAUSES = 8
const MOST_INCLUDES = 20

/** An error and what caused it, the cause of a cause behind it. */
export function faultsOf(error: unknown): Fault[] {
  const faults: Fault[] = []
  const seen = new Set<unknown>()
  let role = ''
  for (let each: unknown = error; faults.length < MOST_CAUSES && !seen.has(each);) {
    seen.add(each)
    faults.push(faultOf(each, role))
    const several = ownValue(each, 'errors')
    if (Array.isArray(several))
      for (const one of several.slice(0, MOST_CAUSES - faults.length))
        faults.push(faultOf(one, 'one of several'))
    each = ownValue(each, 'cause')
    role = 'caused by'
    if (each === undefined || each === null) break
  }
  return faults
}

/** The status that an error asks for. */
export function statusOf(error: unknown): number | undefined {
  const asked = [ownOrInherited(error, 'status'), ownOrInherited(error, 'statusCode')]
  return asked.find((each): each is number => typeof each === 'number' && each in STATUS_CODES)
}

function faultOf(error: unknown, role: string): Fault {
  if (typeof error !== 'object' || error === null)
    return {
      role,
      name: 'Thrown',
      message: `${showValue(error)}, which is no error and has no stack`,
      code: undefined,
      place: undefined,
      lines: [],
      frames: [],
      includes: [],
    }
  const name = textOf(ownOrInherited(error, 'name')) || 'Error'
  const message = textOf(ownOrInherited(error, 'message'), 8_000)
  const code = ownOrInherited(error, 'code')
  const whole = ownOrInherited(error, 'message')
  const stack = ownOrInherited(error, 'stack')
  const { head, frames } = parseStack(
    typeof stack === 'string' ? stack : '',
    typeof whole === 'string' ? whole : '',
  )
  const inTemplate = templatePlace(error, message)
  const place =
    inTemplate?.place ??
    unreadPlace(head) ??
    frames.find(({ isForeign }) => !isForeign)?.place ??
    untransformedPlace(message)
  return {
    role,
    name,
    message: inTemplate?.reason ?? message,
    code:
      typeof code === 'string' || typeof code === 'number' ? textOf(String(code), 200) : undefined,
    place,
    lines: inTemplate?.lines ?? (place === undefined ? [] : codeLines(place)),
    frames,
    includes: inTemplate?.includes ?? [],
  }
}

/** Where a module could not be read: node puts that in front of the message, with a mark below the line. */
function unreadPlace(head: string): Place | undefined {
  const [first = '', , mark = ''] = head.split('\n', 3)
  if (!/^(?:file:\/\/)?\/.*:\d+$|^[A-Za-z]:\\.*:\d+$/.test(first)) return undefined
  const place = parsePlace(first)
  return place && /^\s*\^+\s*$/.test(mark) ? { ...place, column: mark.indexOf('^') + 1 } : place
}

/** Where esbuild, and so tsx, could not read a module: in its message, with a column that counts from 0. */
function untransformedPlace(message: string): Place | undefined {
  const [, where] = /^(.+:\d+:\d+): ERROR: /m.exec(message) ?? []
  const place = parsePlace(where)
  return place && { ...place, column: place.column + 1 }
}

interface TemplatePlace {
  readonly place: Place
  readonly lines: readonly CodeLine[]
  readonly includes: readonly string[]
  readonly reason: string
}

/** The place that a template engine gives its errors: a path, a line, and a frame that the message repeats. */
function templatePlace(error: object, message: string): TemplatePlace | undefined {
  const file = ownValue(error, 'path')
  const line = ownValue(error, 'line')
  const column = ownValue(error, 'column')
  const frame = ownValue(error, 'frame')
  if (typeof file !== 'string' || typeof line !== 'number' || typeof frame !== 'string')
    return undefined
  const includes = ownValue(error, 'includeStack')
  const at = message.indexOf(frame)
  return {
    place: { file: path.resolve(file), line, column: typeof column === 'number' ? column : 1 },
    lines: frame.split('\n').slice(0, 20).map(lineOfFrame),
    includes: Array.isArray(includes)
      ? includes.slice(0, MOST_INCLUDES).map((each) => textOf(each, 300))
      : [],
    reason: at < 0 ? message : message.slice(at + frame.length).trim(),
  }
}

function lineOfFrame(text: string): CodeLine {
  const [, mark, number, rest = ''] = /^(>?) *(\d*) \| ?(.*)$/.exec(text) ?? []
  if (mark === undefined) return { number: undefined, text: text.slice(0, 200), isFault: false }
  return {
    number: number ? Number(number) : undefined,
    text: rest.slice(0, 200),
    isFault: mark === '>',
  }
}

/** A property that is a value; a getter is not called. */
function ownValue(error: unknown, name: string): unknown {
  try {
    return Object.getOwnPropertyDescriptor(Object(error), name)?.value
  } catch {
    return undefined
  }
}

/** Errors have their name on the prototype, and `stack` may be a getter: both are asked. */
function ownOrInherited(error: unknown, name: string): unknown {
  try {
    return (Object(error) as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}
