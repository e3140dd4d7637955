import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { differences } from './differences.ts'
import { families } from './families/index.ts'
import type { Outcome } from './harness/case.ts'
import { express, ours, withFault } from './harness/frameworks.ts'
import { onOwnServer, runCase } from './harness/run-case.ts'

vi.setConfig({ testTimeout: 30_000 })

// The cases of production log the errors they are about.
beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterAll(() => void vi.restoreAllMocks())

// oxlint-disable vitest/no-conditional-expect -- a difference is expected as surely as the same

describe.each(families)('$name', ({ cases, fault }) => {
  it.each(cases)('$name', async (each) => {
    const theirs = await runCase(express, each)
    const own = await runCase(ours, each)
    expect(await runCase(ours, each, onOwnServer)).toEqual(own)
    if (each.differs === undefined) {
      expect(own).toEqual(theirs)
      return
    }
    expect(own).not.toEqual(theirs)
    expect(theirs.replies).toMatchObject(each.differs.express)
    expect(own.replies).toMatchObject(each.differs.ours)
  })

  it('turns red when one thing is wrong', async () => {
    const faulty = withFault(fault)
    const red: string[] = []
    for (const each of cases.filter(({ differs }) => differs === undefined)) {
      const theirs = await runCase(express, each)
      const own: Outcome | string = await runCase(faulty, each).catch(String)
      if (!isDeepStrictEqual(own, theirs)) red.push(each.name)
    }
    expect(red).not.toEqual([])
  })
})

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')

describe('the accepted differences', () => {
  const shown = families.flatMap(({ cases }) => cases.flatMap(({ differs }) => differs?.id ?? []))

  it('are each shown by a case', () => {
    expect(Object.keys(differences).toSorted()).toEqual([...new Set(shown)].toSorted())
  })

  it('are the ones that the README lists', () => {
    const listed = [...readme.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, id]) => id)
    expect(new Set(listed)).toEqual(new Set(Object.keys(differences)))
    expect(readme).toContain(`That is ${listed.length} in all`)
  })

  it('each say what happens, why, and on which page it was decided', () => {
    for (const { decision, ...texts } of Object.values(differences)) {
      for (const text of Object.values(texts)) expect(text).toMatch(/\S/)
      expect(new URL(`../${decision}`, import.meta.url)).toSatisfy(existsSync)
    }
  })
})
