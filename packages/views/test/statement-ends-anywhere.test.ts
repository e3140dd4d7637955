import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import fc from 'fast-check'
import peer from 'ejs'
import { describe, expect, it } from 'vitest'

import { createEngine, type Engine } from '@tokkyu/views'
import ejs from '@tokkyu/views/ejs'

import { data } from './programs/data.ts'
import { programs } from './programs/parts.ts'
import { printProgram, type Style } from './programs/print.ts'

/** Of each style; VIEWS_PROGRAMS=100000 looks longer. */
const PROGRAMS = Number(process.env['VIEWS_PROGRAMS'] ?? 200)

const part = '(<%= p %>)'

/** What became of a template: refused before it ran, failed in running, or a page. */
type Outcome =
  | { readonly is: 'refused'; readonly because: string }
  | { readonly is: 'failed'; readonly because: string }
  | { readonly is: 'page'; readonly page: string }

async function outcomeOf(render: () => unknown): Promise<Outcome> {
  try {
    return { is: 'page', page: String(await render()) }
  } catch (error) {
    const { name, code = '' } = error as { name: string; code?: string }
    const is = name === 'SyntaxError' || code.startsWith('TEMPLATE_') ? 'refused' : 'failed'
    return { is, because: String(error) }
  }
}

interface Case {
  readonly template: string
  readonly isAsync: boolean
}

interface Renders {
  render(this: void, template: string, data?: object, options?: object): unknown
}

function byEjs({ render }: Renders, { template, isAsync }: Case) {
  const options = { async: isAsync, includer: () => ({ template: part }) }
  return outcomeOf(() => render(template, data(), options))
}

function byEngine(engine: Engine, file: string, { template }: Case) {
  writeFileSync(file, template)
  return outcomeOf(() => engine.render('page', data()))
}

/** Pages are compared whole; of what is not a page, whether it was refused or failed. */
function compared(outcome: Outcome): unknown {
  return outcome.is === 'page' ? outcome : outcome.is
}

/** To the standard and to us an error of syntax; V8 waits until it runs (docs/migrating-from-ejs.md). */
function assignsToCall(outcome: Outcome): boolean {
  return outcome.is === 'refused' && outcome.because.includes('Assigning to rvalue')
}

describe('a random program', () => {
  it.each<Style['ends']>(['semicolons', 'lines', 'both'])(
    'prints what EJS prints when its statements end in %s',
    { timeout: 120_000 },
    async (ends) => {
      const root = mkdtempSync(path.join(tmpdir(), 'views-'))
      writeFileSync(path.join(root, 'part.html'), part)
      const engine = createEngine({ roots: root, cache: false })
      const style = fc.record<Style>({
        ends: fc.constant(ends),
        tags: fc.constantFrom('one', 'many'),
        isAsync: fc.boolean(),
      })
      const cases = fc.tuple(programs, style).map(([program, how]): Case => ({
        template: printProgram(program, how),
        isAsync: how.isAsync,
      }))
      let pages = 0
      const property = fc.asyncProperty(cases, async (each) => {
        const byDoor = await byEjs(ejs, each)
        fc.pre(!assignsToCall(byDoor))
        const theirs = await byEjs(peer, each)
        expect(compared(byDoor)).toEqual(compared(theirs))
        const fromEngine = await byEngine(engine, path.join(root, 'page.html'), each)
        expect(compared(fromEngine)).toEqual(compared(theirs))
        if (theirs.is === 'page') pages++
      })
      try {
        await fc.assert(property, { seed: 18, numRuns: PROGRAMS })
      } finally {
        rmSync(root, { recursive: true })
      }
      expect(pages).toBeGreaterThan(PROGRAMS / 2)
    },
  )
})
