import { setTimeout as pause } from 'node:timers/promises'

import { expect, it } from 'vitest'

import { Supervised } from './supervised.ts'

it('a supervisor that was suspended does not take its own silence for that of its workers', async () => {
  const silence = 8000
  const supervised = await Supervised.start({ recycle: { silence }, readyTimeout: 60_000 })
  const before = await supervised.pids()
  supervised.child.kill('SIGSTOP')
  await pause(silence + 2000)
  supervised.child.kill('SIGCONT')
  await pause(3000) // it looks each second
  expect(await supervised.pids()).toEqual(before)
  expect(supervised.events.map(({ event }) => event)).not.toContain('recycle')
  await supervised.end()
})
