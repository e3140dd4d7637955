import type { ParseArgsConfig } from 'node:util'

/** What a command line says, after parsing. */
export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly positionals: readonly string[]
}

/** One command: a file in `commands/`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--help` prints. */
  readonly help: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** @returns the exit code. */
  run(args: Arguments): Promise<number>
}

/** What the user wrote cannot be done as it stands: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'CLI_USAGE'
  readonly status = 500
  readonly expose = false
}
