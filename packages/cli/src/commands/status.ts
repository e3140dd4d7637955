import { type Status, sendCommand, statusTable } from '@tokkyu/cluster'

import type { Arguments, Command } from '../command.ts'
import { controlPath } from '../control-path.ts'

const lookEvery = 1000
/** Erases the screen and goes to its corner; only ever sent to a terminal. */
const freshScreen = '\u001B[2J\u001B[H'

export const status: Command = {
  summary: 'show the workers',
  help: `Usage: tokkyu status [options]

  --watch             look again each second, on a terminal
  --json              for programs
  --control <path>    the control socket (default: ${controlPath})`,
  options: {
    json: { type: 'boolean' },
    watch: { type: 'boolean' },
    control: { type: 'string' },
  },
  async run({ values }: Arguments): Promise<number> {
    const path = String(values['control'] ?? controlPath)
    const look = async (): Promise<Status> =>
      (await sendCommand(path, { command: 'status' })) as Status
    if (values['json']) {
      console.log(JSON.stringify(await look()))
      return 0
    }
    const live = Boolean(values['watch']) && process.stdout.isTTY
    if (!live) {
      process.stdout.write(`${statusTable(await look())}\n`)
      return 0
    }
    for (;;) {
      process.stdout.write(`${freshScreen}${statusTable(await look())}\n`)
      await new Promise((resolve) => setTimeout(resolve, lookEvery))
    }
  },
}
