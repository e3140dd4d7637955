import { expect, it } from 'vitest'

import { Load, Supervised } from './supervised.ts'

it('loses no request in 10 reloads, 5 exceptions and 4 changes of scale', async () => {
  const supervised = await Supervised.start({ restarts: { max: 50 }, linger: 1500 })
  const load = new Load(supervised)
  for (let round = 0; round < 10; round++) {
    await supervised.call('reload')
    if (round % 2 === 0) await supervised.get('/throw')
    if (round % 5 === 4) {
      await supervised.call('scale', 3)
      await supervised.call('scale', 2)
    }
  }
  await load.stop()
  await supervised.end()
  expect(load.lost).toEqual([])
  expect(load.answered).toBeGreaterThan(100)
})
