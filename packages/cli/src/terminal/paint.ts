import type { WriteStream } from 'node:tty'

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const

type Style = keyof typeof CODES

/** Gives a text a style. */
export type Paint = (style: Style, text: string) => string

/**
 * Colours for a stream that is a terminal and wants them; what node asks of `NO_COLOR`, `FORCE_COLOR`
 * and `TERM` holds. Anything else gets the text as it is.
 */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  const terminal = stream as WriteStream // when it is one
  const wanted = terminal.isTTY && terminal.hasColors() && !process.env['NO_COLOR']
  return wanted
    ? (style, text) => `\u001B[${CODES[style]}m${text}\u001B[0m`
    : (_style, text) => text
}
