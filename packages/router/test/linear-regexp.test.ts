import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alternativesOf } from '../src/path/alternatives.ts'
import { linearRegExp } from '../src/path/linear-regexp.ts'
import { parsePath } from '../src/path/parse.ts'
import { compileProgram } from '../src/path/program.ts'
import { runProgram } from '../src/path/run-program.ts'

const whole = { prefix: false, trailingSlash: true }

function regExpOf(path: string, end = whole): RegExp | undefined {
  return linearRegExp(alternativesOf(path, parsePath(path))[0]!, end, true)
}

describe('a path that V8 may match', () => {
  it.each([
    ['/:a-:b', String.raw`^\/([^/]+)\-([^/\-]+|\-)(?:/$)?$`],
    ['/:a.:b-:c', String.raw`^\/([^/]+)\.([^/\.]+|\.)\-([^/\-]+|\-)(?:/$)?$`],
    ['/v:a-/:b', String.raw`^\/v([^/]+)\-\/([^/]+)(?:/$)?$`],
  ])('%s has parameters that a single unit tells apart', (path, source) => {
    expect(regExpOf(path)?.source).toBe(new RegExp(source).source)
  })

  it.each([
    ['/:a--:b', 'a separator that can overlap itself'],
    ['/*a-:b', 'a splat'],
    [String.raw`/:a(\d+)-:b`, 'a constraint'],
  ])('%s has %s, and is walked', (path) => {
    expect(regExpOf(path)).toBeUndefined()
  })

  it('gets the answer that the walk gives, for any text', () => {
    const piece = fc.constantFrom(':', '-', '.', '/', 'a', '/:')
    const ends = fc.record({ prefix: fc.boolean(), trailingSlash: fc.constant(true) })
    const unit = fc.constantFrom('a', 'b', '-', '.', '/', '\n')
    let compared = 0
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 8 }),
        ends,
        fc.array(unit, { maxLength: 14 }),
        (pieces, end, units) => {
          const path = `/${pieces.map((text, at) => text.replace(':', `:p${at}_`)).join('')}`
          const text = `/${units.join('')}`
          let flat
          try {
            flat = alternativesOf(path, parsePath(path))[0]!
          } catch {
            return // Two parameters with nothing between them: refused.
          }
          const regexp = linearRegExp(flat, end, true)
          if (regexp === undefined) return
          compared++
          const slots = flat.filter(({ type }) => type === 'param').length * 2
          const walked = runProgram(compileProgram(flat, end, true, undefined), text, slots)
          const found = regexp.exec(text)
          expect(found === null).toBe(walked === undefined)
          if (found === null || walked === undefined) return
          const values = Array.from({ length: slots / 2 }, (_, index) =>
            text.slice(walked[index * 2], walked[index * 2 + 1]),
          )
          expect(found.slice(1)).toEqual(values)
          expect(found[0]).toHaveLength(walked[slots]!)
        },
      ),
      { numRuns: 3000 },
    )
    expect(compared).toBeGreaterThan(300)
  })
})
