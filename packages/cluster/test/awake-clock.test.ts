import { setTimeout as pause } from 'node:timers/promises'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { AwakeClock } from '../src/crew/awake-clock.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a clock of being awake', () => {
  it('does not count a time without ticks, but for one tick', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000)
    const clock = new AwakeClock()
    now.mockReturnValue(2500)
    expect(clock.now()).toBe(2500)
    now.mockReturnValue(62_500) // a minute of which nobody was told
    expect(clock.now()).toBe(3500)
    clock.stop()
  })

  it('has what is due wait for as long as it slept', async () => {
    const real = performance.now.bind(performance)
    let slept = 0
    vi.spyOn(performance, 'now').mockImplementation(() => real() + slept)
    const clock = new AwakeClock()
    const acted = vi.fn<() => void>()
    clock.after(1500, acted)
    slept = 60_000
    await pause(10)
    clock.now()
    await pause(10)
    expect(acted).not.toHaveBeenCalled()
    await expect.poll(() => acted.mock.calls.length, { timeout: 10_000 }).toBe(1)
    clock.stop()
  }, 20_000)

  it('does not act when it was called off', async () => {
    const clock = new AwakeClock()
    const acted = vi.fn<() => void>()
    const callOff = clock.after(0, acted)
    callOff()
    await pause(20)
    expect(acted).not.toHaveBeenCalled()
    clock.stop()
  })
})
