import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Router } from '@tokkyu/router'
import { alternativesOf } from '../src/path-alternatives.ts'
import { parsePath } from '../src/path-parser.ts'
import { compileProgram } from '../src/path-program.ts'
import { runProgram } from '../src/path-runner.ts'

/** Milliseconds of CPU that one look at a URL takes, at best of a few. */
function timeOf(look: () => unknown): number {
  let best = Infinity
  for (let round = 0; round < 7; round++) {
    const start = process.cpuUsage()
    const times = 3
    for (let count = 0; count < times; count++) look()
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000 / times)
  }
  return best
}

/** How much longer twice the path takes. 2 is linear, 4 is quadratic. */
function growth(path: string, url: (size: number) => string, size: number): number {
  const router = new Router().get(path, () => {})
  const look = (length: number) => {
    const asked = url(length)
    return () => router.find('GET', asked)
  }
  look(size)()
  const times = [1, 2, 4].map((factor) => timeOf(look(size * factor)))
  return Math.sqrt(times[2]! / times[0]!)
}

describe('time to match grows with the path, not faster', () => {
  // The shapes that matchers of paths have been slow on, with URLs that made them so.
  it.each<[string, string, (size: number) => string]>([
    ['CVE-2024-45296', '/:a-:b', (n) => `/${'a-'.repeat(n)}/`],
    ['CVE-2024-45296', '/:a-:b', (n) => `/a${'-a'.repeat(n)}/a`],
    ['CVE-2024-52798', '/:a.:b-:c', (n) => `/${'a.-'.repeat(n)}/`],
    ['CVE-2026-4867', '/:a-:b-:c', (n) => `/${'a-'.repeat(n)}\n/`],
    ['CVE-2026-4867', '/:a-:b-:c-:d.:e', (n) => `/${'a-'.repeat(n)}`],
    ['CVE-2026-4923', '/*a-*b-:c', (n) => `/${'a-'.repeat(n)}/`],
    ['CVE-2026-4923', '/*a/x/*b/y/*c', (n) => '/x/y'.repeat(n)],
    ['find-my-way, two parameters', '/:a-:b-', (n) => `/${'-'.repeat(n)}`],
    ['groups in a row', '/{a}{b}{c}{d}:z-', (n) => `/${'abcd'.repeat(n)}`],
    ['a constraint', '/:x((?:a|aa)+)-', (n) => `/${'a'.repeat(n)}`],
    ['a constraint', '/:x(\\d*\\d*\\d*1)-', (n) => `/${'1'.repeat(n)}`],
    ['<slug>', '/:x<slug>', (n) => `/${'a-'.repeat(n)}`],
    ['two splats', '/*a/*b', (n) => '/'.repeat(n)],
  ])('%s: %s', { retry: 3 }, (_name, path, url) => {
    expect(growth(path, url, 2000)).toBeLessThan(2.5)
  })

  it('is bounded by steps times units for any path: each pair is tried once', () => {
    const piece = fc.constantFrom(':a', ':b-', '*c', '-', 'a', '.', '/', ':d(\\w+)', '{-:e}', '{x}')
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 7 }),
        fc.constantFrom('a-', '-', '/', 'a.', 'x-a/', 'a'),
        (pieces, repeated) => {
          const path = `/${pieces.map((text, at) => text.replace(/[a-e](?=$|-|\()/, `$&${at}`)).join('')}`
          let alternatives
          try {
            alternatives = alternativesOf(path, parsePath(path))
          } catch {
            return // Two captures with nothing in between: refused.
          }
          const text = `/${repeated.repeat(300)}`
          for (const flat of alternatives) {
            let tests = 0
            const steps = compileProgram(
              flat,
              { prefix: false, trailingSlash: true },
              true,
              undefined,
            ).map((step) => ({
              ...step,
              get op() {
                tests++
                return step.op
              },
            }))
            runProgram(steps as never, text, 20)
            // A step is asked for its kind at most seven times each time it is tried.
            expect(tests).toBeLessThanOrEqual(7 * steps.length * (text.length + 1))
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('looks at a URL of 64 kB in no time', () => {
    const router = new Router()
    router.get('/:a/:b', () => {})
    router.get('/:a-:b-:c', () => {})
    router.get('/files/*path', () => {})
    for (const url of [
      `/${'a'.repeat(65_000)}`,
      `/${'/'.repeat(65_000)}`,
      `/${'a-'.repeat(32_000)}`,
    ]) {
      expect(
        timeOf(() => router.find('GET', url)),
        url.slice(0, 9),
      ).toBeLessThan(100)
    }
  })
})

describe('groups in a row', () => {
  it('are refused when a path is defined, before they take the memory (CVE-2026-4926)', () => {
    const path = `/${'{a}'.repeat(40)}:z`
    expect(timeOf(() => attempt(path))).toBeLessThan(100)
    expect(() => new Router().get(path, () => {})).toThrow(/Too many path combinations/)
  })
})

function attempt(path: string): void {
  try {
    new Router().get(path, () => {})
  } catch {
    // Refused, and soon.
  }
}
