import { parseArgs } from 'node:util'

import { type Choices, faultInName, KINDS, LANGUAGES } from './choices.ts'
import { UsageError } from './errors.ts'

/** What the command line says; the rest is asked for, or taken as usual. */
export interface CommandLine extends Partial<Choices> {
  /** Nobody wants to be asked. */
  readonly yes: boolean
  readonly help: boolean
  readonly version: boolean
}

export const HELP = `Usage: npm create tokkyu [folder] -- [options]

  --name <name>       of the package; usually what the folder is called
  --language <word>   ${listed(LANGUAGES)}
  --kind <word>       ${listed(KINDS)}
  -y, --yes           ask nothing: TypeScript and a site, unless told otherwise
  -h, --help          this text; -v, --version: which one this is

What is not said is asked for, where there is a terminal. Nothing is overwritten. npm takes options
for its own unless they stand behind "--"; pnpm and yarn want none.

Exit codes: 0 created, 1 failed, 2 not understood.`

/** @throws {UsageError} `CREATE_USAGE` for options and values that there are not. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv)
  if (positionals.length > 1)
    throw new UsageError(`One folder, please, not ${positionals.length}: ${positionals.join(', ')}`)
  const [folder] = positionals
  if (folder !== undefined && folder.trim() === '') throw new UsageError('The folder has no name.')
  const { name } = values
  const fault = name === undefined ? undefined : faultInName(name)
  if (fault !== undefined)
    throw new UsageError(`Cannot name a package ${JSON.stringify(name)}: ${fault}.`)
  return {
    ...(folder !== undefined && { folder }),
    ...(name !== undefined && { name }),
    ...(values.language !== undefined && { language: oneOf(LANGUAGES, '--language', values) }),
    ...(values.kind !== undefined && { kind: oneOf(KINDS, '--kind', values) }),
    yes: values.yes ?? false,
    help: values.help ?? false,
    version: values.version ?? false,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        name: { type: 'string' },
        language: { type: 'string' },
        kind: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
      allowPositionals: true,
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${HELP}`)
  }
}

function oneOf<Word extends string>(
  words: Readonly<Record<Word, string>>,
  option: `--${string}`,
  values: Readonly<Record<string, unknown>>,
): Word {
  const given = String(values[option.slice(2)])
  if (Object.hasOwn(words, given)) return given as Word
  throw new UsageError(`${option} is one of ${Object.keys(words).join(', ')}, not "${given}".`)
}

function listed(words: Readonly<Record<string, string>>): string {
  return Object.entries(words)
    .map(([word, meaning]) => `${word}: ${meaning}`)
    .join(`\n${' '.repeat(22)}`)
}
