import { readFileSync } from 'node:fs'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { DevRun } from './dev-run.ts'
import { project, write } from './project.ts'
import { tokkyuIn } from './tokkyu.ts'

const timeout = 120_000
const root = path.join(import.meta.dirname, '../../..')

describe('the example in docs/development.md', { timeout }, () => {
  const text = readFileSync(path.join(root, 'docs/development.md'), 'utf8')
  const program = /^```js\n\/\/ app\.mjs\n([^]*?)^```$/m.exec(text)?.[1] ?? ''
  // Line 1 of the file is its name.
  const folder = project({ 'app.mjs': `// app.mjs\n${program}` })
  const shown = [...text.matchAll(/^```sh\ntokkyu (.*)\n```\n\n```\n([^]*?)```$/gm)]

  it.each(
    shown
      .map(([, command = '', output = '']) => ({ command, output }))
      .filter(({ command }) => !command.startsWith('dev')),
  )('answers `tokkyu $command` as the page says', async ({ command, output }) => {
    const { stdout } = await tokkyuIn(folder, ...command.split(' '))
    expect(stdout.replaceAll(path.basename(folder), 'shop')).toBe(output)
  })

  it('runs under tokkyu dev', async () => {
    write(folder, 'app.mjs', `// app.mjs\n${program.replace('listen(3000)', 'listen(0)')}`)
    const dev = new DevRun(folder, ['app.mjs'])
    await dev.starts()
    expect((await dev.ask('/users/7')).text).toBe('{"id":7}')
    await dev.stop()
  })
})
