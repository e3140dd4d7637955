import { parseArgs } from 'node:util'

import { type Arguments, type Command, UsageError } from './command.ts'
import { dev } from './commands/dev.ts'
import { explain } from './commands/explain.ts'
import { reload } from './commands/reload.ts'
import { routes } from './commands/routes.ts'
import { start } from './commands/start.ts'
import { status } from './commands/status.ts'
import { views } from './commands/views.ts'

const commands: Readonly<Record<string, Command>> = {
  dev,
  routes,
  explain,
  views,
  start,
  reload,
  status,
}

/**
 * Runs the `tokkyu` command.
 *
 * @returns the exit code: 0 done, 1 failed, 2 not understood.
 */
export async function run(argv: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = argv
  if (name === '--help' || name === '-h' || name === 'help') {
    console.log(overview())
    return argv.length === 0 ? 2 : 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    console.error(`Unknown command "${name}".\n\n${overview()}`)
    return 2
  }
  try {
    const { values, positionals } = parse(command, rest)
    if (values['help']) {
      console.log(command.help)
      return 0
    }
    return await command.run({ values, positionals })
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return error instanceof UsageError ? 2 : 1
  }
}

function parse(command: Command, args: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
    return { values, positionals }
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${command.help}`)
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length))
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
  )
  return ['Usage: tokkyu <command> [options]', '', ...lines, '', '--help with any command.'].join(
    '\n',
  )
}
