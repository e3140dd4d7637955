import { ask, takeUsual } from './ask.ts'
import type { Choices } from './choices.ts'
import { HELP, readCommandLine } from './command-line.ts'
import { UsageError } from './errors.ts'
import { manifest } from './project/package-folder.ts'
import { writeProject } from './project/write-project.ts'
import { ownTerminal, type Terminal } from './terminal.ts'

/**
 * Runs `create-tokkyu`: asks what is not said, and writes a new application.
 *
 * @param argv - what stands behind the name of the command.
 * @returns the exit code: 0 created, 1 failed, 2 not understood.
 * @example process.exitCode = await run(['shop', '--kind', 'api', '--yes'])
 */
export async function run(
  argv: readonly string[],
  terminal: Terminal = ownTerminal(),
): Promise<number> {
  try {
    const line = readCommandLine(argv)
    if (line.help) {
      terminal.output.write(`${HELP}\n`)
      return 0
    }
    if (line.version) {
      terminal.output.write(`${manifest.version}\n`)
      return 0
    }
    const choices =
      terminal.isInteractive && !line.yes ? await ask(line, terminal) : takeUsual(line)
    writeProject(choices)
    terminal.output.write(nextSteps(choices))
    return 0
  } catch (error) {
    terminal.errors.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

function nextSteps({ name, folder }: Choices): string {
  const manager = packageManager(process.env['npm_config_user_agent'])
  const steps = [`cd ${quoted(folder)}`, `${manager} install`, `${manager} run dev`]
  return `Created ${name} in ${folder}. Next:\n\n${steps.map((step) => `  ${step}\n`).join('')}\n`
}

/** Whoever has started us says so: "pnpm/10.34.9 npm/? node/v24.1.0 linux x64". */
function packageManager(userAgent = ''): string {
  return /^(?:npm|pnpm|yarn|bun)(?=\/)/.exec(userAgent)?.[0] ?? 'npm'
}

function quoted(folder: string): string {
  return /^[\w./~+-]+$/.test(folder) ? folder : JSON.stringify(folder)
}
