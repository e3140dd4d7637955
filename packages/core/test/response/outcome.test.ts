import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { Outcome } from '../../src/response/outcome.ts'

type Report = (error: unknown) => void

describe('the promise of a reply', () => {
  const failure = new Error('the file is gone')

  it('rejects for the one who waits, and hands the error to nobody else', async () => {
    const outcome = new Outcome()
    const otherwise = vi.fn<Report>()
    const caught = outcome.catch((error: unknown) => error)
    outcome.fail(failure, otherwise)
    expect(await caught).toBe(failure)
    await turn()
    expect(otherwise).not.toHaveBeenCalled()
  })

  it('hands the error on when nobody waits, without an unhandled rejection', async () => {
    const unhandled = vi.fn<Report>()
    process.on('unhandledRejection', unhandled)
    const outcome = new Outcome()
    const otherwise = vi.fn<Report>()
    outcome.fail(failure, otherwise)
    await turn()
    await turn()
    process.off('unhandledRejection', unhandled)
    expect(otherwise.mock.calls).toEqual([[failure]])
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('counts a wait that begins after a failure in the same turn', async () => {
    const otherwise = vi.fn<Report>()
    const handler = async (): Promise<void> => {
      const outcome = new Outcome()
      outcome.fail(failure, otherwise)
      return outcome
    }
    await expect(handler()).rejects.toBe(failure)
    await turn()
    expect(otherwise).not.toHaveBeenCalled()
  })

  it('does not deliver to a late comer what was delivered already', async () => {
    const outcome = new Outcome()
    const otherwise = vi.fn<Report>()
    outcome.fail(failure, otherwise)
    await turn()
    await expect(outcome).resolves.toBeUndefined()
    expect(otherwise).toHaveBeenCalledTimes(1)
  })

  it('is a Promise to those who ask', () => {
    expect(new Outcome()).toBeInstanceOf(Promise)
  })
})
