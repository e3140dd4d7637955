import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Router } from '@tokkyu/router'
import { compileConstraint } from '../src/path/constraints.ts'
import { alternativesOf } from '../src/path/alternatives.ts'
import { parsePath } from '../src/path/parse.ts'
import { compileProgram } from '../src/path/program.ts'
import { runProgram } from '../src/path/run-program.ts'

/** How often steps and units of a path are looked at: what time is made of, without noise. */
function workOf(path: string, text: string): { tried: number; steps: number } {
  const work = { tried: 0, steps: 0 }
  for (const flat of alternativesOf(path, parsePath(path))) {
    const constraints = new Map()
    for (const token of flat) {
      if (token.type !== 'param' || token.constraint === undefined) continue
      constraints.set(token, compileConstraint(path, token.constraint, {}, true))
    }
    const end = { prefix: false, trailingSlash: true }
    const counted = compileProgram(flat, end, true, constraints).map((step) => {
      return new Proxy(step, {
        get(target, key) {
          if (key === 'op') work.tried++
          if (key !== 'takes' || target.op !== 'run') return Reflect.get(target, key) as unknown
          return (whole: string, at: number) => {
            work.tried++
            return target.takes(whole, at)
          }
        },
      })
    })
    work.steps += counted.length
    runProgram(counted, text, 20)
  }
  return work
}

/** Milliseconds of CPU, at best of three. */
function timeOf(look: () => unknown): number {
  let best = Infinity
  for (let round = 0; round < 3; round++) {
    const start = process.cpuUsage()
    look()
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}

describe('time to match grows with the path, not faster', () => {
  // The shapes that matchers of paths have been slow on, with URLs that made them so.
  const shapes: [string, string, (size: number) => string][] = [
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
  ]

  it.each(shapes)('%s: %s takes at most twice the work for twice the path', (_name, path, url) => {
    const [one, two, four] = [200, 400, 800].map((size) => workOf(path, url(size)).tried)
    expect(two! / one!).toBeLessThan(2.5)
    expect(four! / two!).toBeLessThan(2.5)
  })

  it.each(shapes)('%s: %s is soon done with 16 kB', (_name, path, url) => {
    const router = new Router().get(path, () => {})
    const text = url(Math.floor(16_000 / (url(2).length - url(1).length)))
    router.find('GET', text.slice(0, 10))
    expect(timeOf(() => router.find('GET', text))).toBeLessThan(250)
  })

  it('is bounded by steps times units for any path: each pair is tried once', () => {
    const piece = fc.constantFrom(':a', ':b-', '*c', '-', 'a', '.', '/', ':d(\\w+)', '{-:e}', '{x}')
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 7 }),
        fc.constantFrom('a-', '-', '/', 'a.', 'x-a/', 'a'),
        (pieces, repeated) => {
          const path = `/${pieces.map((text, at) => text.replace(/[a-e](?=$|-|\(|\})/, `$&${at}`)).join('')}`
          const text = `/${repeated.repeat(100)}`
          let work
          try {
            work = workOf(path, text)
          } catch {
            return // Two captures with nothing in between: refused.
          }
          // A step asks for its kind up to seven times while it is tried.
          expect(work.tried).toBeLessThanOrEqual(7 * work.steps * (text.length + 1))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('looks at a URL of 64 kB in no time', () => {
    const router = new Router()
    router.get('/:a/:b', () => {})
    router.get('/files/*path', () => {})
    for (const url of [`/${'a'.repeat(65_000)}`, `/${'/'.repeat(65_000)}`]) {
      expect(timeOf(() => router.find('GET', url))).toBeLessThan(50)
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
