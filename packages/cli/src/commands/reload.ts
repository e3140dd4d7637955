import { type Status, sendCommand } from '@tokkyu/cluster'

import type { Arguments, Command } from '../command.ts'
import { controlPath } from '../control-path.ts'

export const reload: Command = {
  summary: 'replace all workers, one after the other',
  help: `Usage: tokkyu reload [options]

  --control <path>    the control socket (default: ${controlPath})

Ends with 1 when a new worker did not get ready; the old ones serve on then.`,
  options: { control: { type: 'string' } },
  async run({ values }: Arguments): Promise<number> {
    const path = String(values['control'] ?? controlPath)
    const status = (await sendCommand(path, { command: 'reload' })) as Status
    console.log(`generation ${status.generation}, ${status.wished} workers`)
    return 0
  },
}
