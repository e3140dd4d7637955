import path from 'node:path'

import { supervise } from '@tokkyu/cluster'

import { type Arguments, type Command, UsageError } from '../command.ts'
import { controlPath } from '../control-path.ts'

export const start: Command = {
  summary: 'serve a file with several workers',
  help: `Usage: tokkyu start <file> [options] [-- arguments of the file]

  --workers <n|max>   how many (default: max, one for each core)
  --control <path>    the control socket (default: ${controlPath})
  --log <path>        JSON lines to this file, reopened on SIGUSR2 (default: to the terminal)
  --grace <ms>        how long a leaving worker may take (default: 30000)
  --linger <ms>       how long it keeps idle connections (default: 5000)
  --unready-delay <ms>  how long a stop says so before it begins (default: 0)`,
  options: {
    workers: { type: 'string' },
    control: { type: 'string' },
    log: { type: 'string' },
    grace: { type: 'string' },
    linger: { type: 'string' },
    'unready-delay': { type: 'string' },
  },
  async run({ values, positionals }: Arguments): Promise<number> {
    const [file, ...args] = positionals
    if (file === undefined) throw new UsageError(`Which file?\n\n${start.help}`)
    const log = values['log']
    const supervisor = supervise({
      entry: path.resolve(file),
      args,
      workers: values['workers'] === undefined ? 'max' : workersOf(String(values['workers'])),
      control: String(values['control'] ?? controlPath),
      ...(log !== undefined && { log: String(log) }),
      ...(values['grace'] !== undefined && { grace: Number(values['grace']) }),
      ...(values['linger'] !== undefined && { linger: Number(values['linger']) }),
      ...(values['unready-delay'] !== undefined && {
        unreadyDelay: Number(values['unready-delay']),
      }),
    })
    if (log === undefined) supervisor.on('event', (event) => console.error(JSON.stringify(event)))
    return new Promise((resolve) => supervisor.once('stopped', resolve))
  },
}

function workersOf(text: string): number | 'max' {
  return text === 'max' ? 'max' : Number(text)
}
