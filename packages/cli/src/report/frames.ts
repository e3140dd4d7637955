import path from 'node:path'

import { parsePlace } from '../program/place.ts'
import type { Frame } from './report.ts'

/** Ours as they lie in their repository; installed they are below node_modules. */
const FRAMEWORK =
  /[\\/](?:@tokkyu|packages)[\\/](?:core|router|session|views|upload|cache|cli|cluster|rpc)[\\/](?:src|dist|entry)[\\/]/
const FOREIGN = /[\\/]node_modules[\\/]/
const MOST_FRAMES = 50

/** The head of a stack, which repeats the message, and its frames. */
export interface ParsedStack {
  readonly head: string
  readonly frames: readonly Frame[]
}

/**
 * Reads a stack of V8. Frames are what stands behind the message: a message may hold lines that look
 * like some.
 *
 * @param message - the error's, as it is at the head of the stack.
 */
export function parseStack(stack: string, message: string): ParsedStack {
  const at = message === '' ? -1 : stack.indexOf(message)
  const behind = at < 0 ? 0 : at + message.length
  const start = stack.slice(behind).search(/^ {4}at /m)
  if (start < 0) return { head: stack, frames: [] }
  const lines = stack.slice(behind + start).split('\n', MOST_FRAMES)
  const frames = lines.filter((line) => /^ {4}at /.test(line)).map((line) => frameOf(line.slice(7)))
  return { head: stack.slice(0, behind + start), frames }
}

function frameOf(text: string): Frame {
  const where = /\((.*:\d+:\d+)\)$/.exec(text)?.[1] ?? /^(?:async )?(\S.*:\d+:\d+)$/.exec(text)?.[1]
  const place = parsePlace(where)
  const isForeign =
    place === undefined ||
    FOREIGN.test(place.file) ||
    FRAMEWORK.test(place.file.split(path.sep).join('/'))
  return { text, place, isForeign }
}
