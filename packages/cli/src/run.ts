import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { type Arguments, type Command, UsageError } from './command.ts'

/** Loaded when they are asked for: a start is mostly the loading of files. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./commands/dev.ts')).dev,
  routes: async () => (await import('./commands/routes.ts')).routes,
  explain: async () => (await import('./commands/explain.ts')).explain,
  start: async () => (await import('./commands/start.ts')).start,
  reload: async () => (await import('./commands/reload.ts')).reload,
  status: async () => (await import('./commands/status.ts')).status,
  views: async () => (await import('./commands/views.ts')).views,
  rpc: async () => (await import('./commands/rpc.ts')).rpc,
}

/**
 * Runs the `tokkyu` command.
 *
 * @returns the exit code: 0 done, 1 failed, 2 not understood.
 */
export async function run(argv: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = argv
  if (name === '--help' || name === '-h' || name === 'help') {
    console.log(await overview())
    return argv.length === 0 ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    console.log(ownVersion())
    return 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) {
    console.error(`Unknown command "${name}".\n\n${await overview()}`)
    return 2
  }
  const command = await load()
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

/** Read where it stands, from the bundle as from the sources: it changes when it is released. */
function ownVersion(): string {
  const file = path.join(__dirname, '../package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

async function overview(): Promise<string> {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length))
  const lines = await Promise.all(
    Object.entries(commands).map(
      async ([name, load]) => `  ${name.padEnd(width)}  ${(await load()).summary}`,
    ),
  )
  return [
    'Usage: tokkyu <command> [options]',
    '',
    ...lines,
    '',
    '--help with any command, --version alone.',
  ].join('\n')
}
