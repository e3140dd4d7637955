import type { Readable, Writable } from 'node:stream'

/** Where the command asks and answers. */
export interface Terminal {
  /** Where answers come from. @default stdin */
  readonly input: Readable
  /** Where questions and results go. @default stdout */
  readonly output: Writable
  /** Where refusals go. @default stderr */
  readonly errors: Writable
  /** Whether somebody is there to be asked. @default both stdin and stdout are a terminal */
  readonly isInteractive: boolean
}

/** The terminal that the process was started in. */
export function ownTerminal(): Terminal {
  return {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    isInteractive: process.stdin.isTTY && process.stdout.isTTY,
  }
}
